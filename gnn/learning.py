"""The loop that trains LightGCN: steps, epochs, validation, and what is told and kept after each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
import torch
from torch import Tensor

from gnn.distributed import Processes
from gnn.early_stopping import Best
from gnn.factors import Epoch, Watch
from gnn.losses import refuse_divergence, squared_length
from gnn.model_settings import LightGCNSettings
from gnn.objectives import Batch, Objective
from gnn.propagation import LightGCN, Propagation
from gnn.schedules import learning_rate

Clock = Callable[[], float]
Validate = Callable[[], float]


class Keep(Protocol):
    """Called after every epoch, when all that it changes is of one moment."""

    def __call__(self, *, last: bool) -> None:
        """`last`: whether no epoch follows in this phase."""


class Learner:
    """A model with what improves it. All randomness of an epoch comes from the seed and the epoch's number.

    So an epoch does the same whatever went before it in this process, and a checkpoint needs no generator's state.
    """

    def __init__(
        self,
        model: LightGCN,
        propagation: Propagation,
        objective: Objective,
        *,
        settings: LightGCNSettings,
        seed: int,
        processes: Processes,
    ) -> None:
        self.model, self.propagation = model, propagation
        self._objective, self._settings = objective, settings
        self._seed, self._processes = seed, processes
        learned = [model.embedding]
        # The lazy Adam moves only the rows that a sampled step touched; the other one moves all, in one pass.
        self._optimizer: torch.optim.Optimizer = (
            torch.optim.SparseAdam(learned) if model.sparse else torch.optim.Adam(learned, fused=True)
        )

    def epoch(self, number: int) -> float:
        """One pass over all preferences; returns the mean loss of its steps."""
        order = np.random.default_rng([self._seed, number])
        own = np.random.default_rng([self._seed, number, self._processes.rank])
        losses = []
        for step, batch in enumerate(self._objective.batches(order)):
            progress = (number - 1 + step / self._objective.steps) / self._settings.epochs
            self._optimizer.param_groups[0]["lr"] = learning_rate(self._settings, progress)
            losses.append(self._step(batch.to(self.model.embedding.device), own))
        return float(self._processes.sum(torch.stack(losses)).mean())

    def _step(self, batch: Batch, random: np.random.Generator) -> Tensor:
        self._optimizer.zero_grad()
        users, items = self.propagation.embed(self.model, batch, random)
        loss = self._objective.loss(users, items, batch)
        if self._settings.regularisation:
            loss = loss + self._settings.regularisation * self._penalty(batch)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        self._processes.sum_gradient(self.model.embedding)
        self._optimizer.step()
        return loss.detach()

    def _penalty(self, batch: Batch) -> Tensor:
        items = batch.penalised if batch.items is None else batch.items[batch.penalised]
        nodes = batch.users[batch.rows], items + self.model.users
        return squared_length(*(self.model.rows(part) for part in nodes)) / batch.pairs

    @property
    def learning_rate(self) -> float:
        """That of the last step."""
        return float(self._optimizer.param_groups[0]["lr"])

    def state(self) -> dict[str, Any]:
        """What the next epoch depends on, in tensors and plain values."""
        return {"embedding": self.model.embedding.detach(), "optimizer": self._optimizer.state_dict()}

    def take(self, embedding: Tensor) -> None:
        """Go back to the embeddings of an earlier epoch, float32[nodes, d], to learn no more."""
        with torch.no_grad():
            self.model.embedding.copy_(embedding)

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a `state()`."""
        self.take(state["embedding"])
        self._optimizer.load_state_dict(state["optimizer"])


@dataclass(slots=True)
class Progress:
    """How far one phase has come. `seconds` are those of learning from the start on; validation is timed apart."""

    phase: Literal["selection", "fit"]
    epoch: int = 0
    seconds: float = 0.0
    validation_seconds: float = 0.0
    best: Best = field(default_factory=Best)
    best_embedding: Tensor | None = None


class Course:
    """Runs a learner from one epoch to another, tells of each and lets each be kept."""

    def __init__(
        self, learner: Learner, settings: LightGCNSettings, processes: Processes, watch: Watch, clock: Clock
    ) -> None:
        self._learner, self._settings = learner, settings
        self._processes, self._watch, self._clock = processes, watch, clock

    def run(self, progress: Progress, until: int, validate: Validate | None, keep: Keep) -> None:
        """Learn from where `progress` stands until the epoch `until`, or until validation gets no better.

        Raises ModelError when the loss is no number any more.
        """
        while not self._done(progress, until):
            start = self._clock()
            progress.epoch += 1
            loss = self._learner.epoch(progress.epoch)
            progress.seconds += self._clock() - start
            refuse_divergence("LightGCN", loss, progress.epoch)
            value = self._validated(progress, until, validate)
            self._tell(progress, until, loss, value)
            keep(last=self._done(progress, until))

    def _done(self, progress: Progress, until: int) -> bool:
        return progress.epoch >= until or 0 < self._settings.patience <= progress.best.since

    def _validated(self, progress: Progress, until: int, validate: Validate | None) -> float | None:
        if validate is None or (progress.epoch % self._settings.validation_every and progress.epoch < until):
            return None
        start = self._clock()
        value = self._processes.from_first(validate() if self._processes.first else math.nan)
        if progress.best.improved(progress.epoch, value) and not self._settings.refit:
            progress.best_embedding = self._learner.model.embedding.detach().clone()
        progress.validation_seconds += self._clock() - start
        return value

    def _tell(self, progress: Progress, until: int, loss: float, value: float | None) -> None:
        if self._processes.first:
            self._watch(
                Epoch(
                    "lightgcn",
                    progress.epoch,
                    until,
                    loss,
                    phase=progress.phase,
                    validation=value,
                    seconds=progress.seconds,
                    learning_rate=self._learner.learning_rate,
                )
            )
