"""The world of a fold in memory: no database, so learned vectors and popularity alone, but much sooner."""

from __future__ import annotations

from collections.abc import Sequence

from gnn.asking import Asked
from gnn.folds import Fold, TrainingFacts, compact
from gnn.in_memory import popularity, rank_learned, rank_popular
from gnn.learn import Learned, fit
from gnn.steps import Steps
from gnn.world_settings import WorldSettings
from graph.facts import Facts
from graph.models import MODELS
from graph.training_data import ItemContent, UserProfile
from recommend.fallback import LAST

IN_MEMORY = (LAST, *MODELS)
"""Strategies that need no database."""


class MemoryWorld:
    """Takes any folds of the `facts` they were made of; recommends what ScratchWorld does, see gnn.in_memory."""

    def __init__(self, facts: Facts, settings: WorldSettings, steps: Steps) -> None:
        self._facts = facts
        self._settings = settings
        self._steps = steps

    def recommend(self, fold: Fold, names: Sequence[str], top_k: int) -> list[Asked]:
        """See World; `names` of IN_MEMORY."""
        with self._steps.step("rank popular"):
            popular = rank_popular(fold, popularity(fold, self._settings.recommend.half_life_millis), top_k)
        return [popular if name == LAST else self._learned(name, fold, popular) for name in names]

    def _learned(self, model: str, fold: Fold, popular: Asked) -> Asked:
        learned = self._fit(model, fold)
        with self._steps.step(f"rank {model}"):
            return rank_learned(model, fold, learned, popular.recommended)

    def _fit(self, model: str, fold: Fold) -> Learned:
        facts = TrainingFacts(self._facts, fold)
        contents = [ItemContent(item.id, item.kind, dict(item.tags)) for item in facts.items()]
        profiles = [UserProfile(user.id, dict(user.properties)) for user in facts.users() if user.properties]
        with self._steps.step(f"train {model}") as done:
            return fit(
                model,
                compact(fold.split.train),
                contents,
                self._settings.training,
                lambda epoch: done(epoch.number, epoch.epochs),
                profiles=profiles,
            )
