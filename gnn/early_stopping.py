"""Chooses how many epochs to learn for, by preferences that are held out of train and by nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from gnn.factors import Factors
from gnn.metrics import evaluate
from gnn.model_settings import LightGCNSettings
from gnn.splits import Split, sampled


class Validation:
    """Metric@K of vectors learned from `train` on the held-out part, for at most `validation_users` users."""

    def __init__(self, split: Split, settings: LightGCNSettings, seed: int) -> None:
        self.train = split.train
        self._test = sampled(split, settings.validation_users, seed).test
        self._metric, self._top_k = settings.validation_metric, settings.validation_top_k

    def __call__(self, factors: Factors) -> float:
        """The mean over users, higher is better."""
        values = evaluate(factors.users, factors.items, self.train, self._test, self._top_k)
        return float(values[self._metric].mean())


@dataclass(slots=True)
class Best:
    """The best validation so far, and how many have gone by since."""

    epoch: int = 0
    value: float = float("-inf")
    since: int = 0

    def improved(self, epoch: int, value: float) -> bool:
        """Take note of a validation, and say whether it was the best. A value that is no number never is."""
        if value > self.value:
            self.epoch, self.value, self.since = epoch, value, 0
            return True
        self.since += 1
        return False
