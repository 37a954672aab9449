"""The phases of a training: first, if wanted, a selection of how many epochs to learn for, then the fit."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from gnn.checkpoints import Checkpoint, fingerprint
from gnn.distributed import Processes
from gnn.early_stopping import Best, Validation
from gnn.factors import Watch
from gnn.learners import build_learner
from gnn.learning import Clock, Course, Learner, Progress
from gnn.model_settings import LightGCNSettings
from gnn.read_out import read_out_of
from gnn.settings import RunSettings
from gnn.splits import Split, SplitRule, random_share, validation
from graph.training_data import PreferenceArrays


@dataclass(frozen=True, slots=True)
class Selection:
    """How many epochs did best on held-out preferences, their metric there, and the seconds that it took to see.

    `seconds` of learning and `validation_seconds` of validation are all that choosing cost; the fit comes on top.
    """

    epochs: int
    value: float
    seconds: float
    validation_seconds: float


@dataclass(slots=True)
class _Phase:
    """Where a phase stands: what is kept on disk, and what it takes to go on from there."""

    learner: Learner
    progress: Progress
    selection: Selection | None

    def state(self) -> dict[str, Any]:
        chosen = asdict(self.selection) if self.selection else None
        return {"learner": self.learner.state(), "progress": asdict(self.progress), "selection": chosen}

    def restore(self, state: dict[str, Any]) -> None:
        self.learner.restore(state["learner"])
        self.progress = Progress(**{**state["progress"], "best": Best(**state["progress"]["best"])})


@dataclass(frozen=True, slots=True)
class Phases:
    """One training over `data`; see train_lightgcn."""

    data: PreferenceArrays
    settings: LightGCNSettings
    seed: int
    edges: NDArray[np.int64] | None
    watch: Watch
    device: torch.device
    processes: Processes
    clock: Clock

    def run(
        self, rule: SplitRule | None, run: RunSettings, kept_as: str | None
    ) -> tuple[Learner, Progress, Selection | None]:
        """The learner at the end of the last phase, how that phase went, and what the selection came to, if any."""
        split = self._carve(rule) if self.settings.validation_every else None
        checkpoint = self._checkpoint(split, run, kept_as)
        saved = self.processes.from_first(checkpoint.load() if run.resume else None)
        selection = Selection(**saved["selection"]) if saved and saved["selection"] else None
        if split is not None and selection is None:
            selecting = self._phase("selection", split, self.settings.epochs, checkpoint=checkpoint, saved=saved)
            progress, saved = selecting.progress, None
            selection = Selection(
                progress.best.epoch, progress.best.value, progress.seconds, progress.validation_seconds
            )
            if progress.best_embedding is not None:
                selecting.learner.take(progress.best_embedding)
                return selecting.learner, progress, selection
        everything = Split(self.data, self.data.where(np.zeros(len(self.data), dtype=np.bool_)))
        until = selection.epochs if selection else self.settings.epochs
        fit = self._phase("fit", everything, until, checkpoint=checkpoint, saved=saved, selection=selection)
        return fit.learner, fit.progress, selection

    def _phase(
        self,
        name: Literal["selection", "fit"],
        split: Split,
        until: int,
        *,
        checkpoint: Checkpoint,
        saved: dict[str, Any] | None,
        selection: Selection | None = None,
    ) -> _Phase:
        """Learn from the train part of `split`, validated by its test part if there is one."""
        start = self.clock()
        learner = build_learner(
            split.train, self.settings, self.seed, device=self.device, processes=self.processes, edges=self.edges
        )
        phase = _Phase(learner, Progress(name), selection)
        if saved:
            phase.restore(saved)
        phase.progress.seconds += self.clock() - start
        validate = partial(self._validate, learner, Validation(split, self.settings, self.seed))

        def keep(*, last: bool) -> None:
            if checkpoint.due(last=last):
                checkpoint.keep(phase.state())

        course = Course(learner, self.settings, self.processes, self.watch, self.clock)
        course.run(phase.progress, until, validate if len(split.test) else None, keep)
        return phase

    def _validate(self, learner: Learner, validation: Validation) -> float:
        final = learner.propagation.everywhere(learner.model)
        return validation(read_out_of(validation.train, self.settings)(final, learner.model.users))

    def _carve(self, rule: SplitRule | None) -> Split:
        """Hold out what the epochs are chosen by."""
        nothing = self.data.where(np.zeros(len(self.data), dtype=np.bool_))
        random = partial(random_share, share=self.settings.validation_share, seed=self.seed)
        return validation(Split(self.data, nothing), rule or random)

    def _checkpoint(self, split: Split | None, run: RunSettings, kept_as: str | None) -> Checkpoint:
        if run.checkpoints is None or kept_as is None or not self.processes.first:
            return Checkpoint(None, "")
        data = self.data
        arrays = [data.users, data.items]
        arrays += [] if split is None else [split.test.users, split.test.items]
        arrays += [] if self.edges is None else [self.edges]
        settings = f"{self.seed} {self.settings.model_dump_json()}"
        own = fingerprint(settings, arrays, [*data.user_ids, *data.item_ids])
        return Checkpoint(run.checkpoints / f"{kept_as}.pt", own, run.checkpoint_seconds, self.clock)
