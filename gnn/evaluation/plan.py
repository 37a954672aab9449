"""What is to be evaluated, and how; refused early if it could not be."""

from __future__ import annotations

from dataclasses import dataclass, field

from gnn.evaluation.judge import TOP_KS
from gnn.evaluation.memory_world import IN_MEMORY
from gnn.evaluation.scratch_world import models_for
from gnn.evaluation.split_plan import SplitPlan
from gnn.evaluation.world_settings import WorldSettings
from gnn.learn import require_packages
from graph.errors import InputError, UnknownStrategy
from recommend.protocol import MOST


@dataclass(frozen=True, slots=True)
class EvaluationPlan:
    """What is evaluated how: `strategies` by name, lists of `top_ks` lengths; `dataset` is what people call the data,
    `notes` what else they should know of it.

    With `in_memory` there is no scratch graph, and only strategies of memory_world.IN_MEMORY can be judged.
    """

    split: SplitPlan
    strategies: tuple[str, ...]
    top_ks: tuple[int, ...] = TOP_KS
    in_memory: bool = False
    dataset: str = "this graph"
    notes: tuple[str, ...] = ()
    settings: WorldSettings = field(default_factory=WorldSettings)

    def check(self) -> None:
        """Raise InputError, UnknownStrategy or TrainingUnavailable for what could not be evaluated at the end."""
        if not self.strategies or not self.top_ks:
            raise InputError("Name at least one strategy and one K to evaluate.")
        if not self.in_memory and not all(1 <= top_k <= MOST for top_k in self.top_ks):
            raise InputError(f"Lists of {self.top_ks} cannot be asked for: serving gives 1 to {MOST} items.")
        if self.in_memory and (others := [name for name in self.strategies if name not in IN_MEMORY]):
            raise UnknownStrategy(
                f"{', '.join(others)} cannot be evaluated in memory; choose of {', '.join(IN_MEMORY)}, or go without."
            )
        require_packages(models_for(self.strategies, self.settings.training.blend))
