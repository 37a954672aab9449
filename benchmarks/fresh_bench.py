"""What the parts of `benchmarks.freshness` share: a data set, trainings on part of it, and the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console

from benchmarks.held_likes import TOP_K, Floats
from benchmarks.movielens_data import genres, likes
from benchmarks.report import Report
from gnn.evaluation.intervals import Resampling, resample
from gnn.factors import Learned
from gnn.learn import fit
from gnn.ranking import Rows
from gnn.settings import TrainingSettings
from graph.settings import read_settings
from graph.training_data import ItemContent, PreferenceArrays, compact

METRIC = f"ndcg@{TOP_K}"


@dataclass(frozen=True, slots=True)
class FreshBench:
    """All likes of a data set, and the report that takes the figures."""

    data: PreferenceArrays
    contents: list[ItemContent]
    settings: TrainingSettings
    dataset: str
    report: Report
    console: Console

    @classmethod
    def on(cls, folder: Path, report: Report, seed: int) -> FreshBench:
        """On a folder of MovieLens; a model is trained on all that it gets, by one thread."""
        torch.set_num_threads(1)
        settings = read_settings(TrainingSettings, seed=seed, validation_last=0)
        return cls(likes(folder), list(genres(folder)), settings, folder.name, report, Console())

    def finish(self, out: Path | None) -> None:
        """Show the figures and write them to `out`, else to their place among the results."""
        self.report.show(self.console)
        self.console.print(f"Written to {self.report.write(out)}")

    def trained(self, model: str, kept: NDArray[np.bool_]) -> Learned:
        """`model` on the pairs that are `kept` (bool[n])."""
        self.console.print(f"training {model} on {int(kept.sum()):,} likes")
        return fit(model, compact(self.data.where(kept)), self.contents, self.settings)

    def compare(self, users: Rows, values: Mapping[str, Floats], told: str) -> None:
        """The mean of each, and the paired difference of the first to the others; bounds hold 95 %."""
        resampling = Resampling(seed=self.settings.seed)
        ones = np.ones((len(users), 1))
        drawn = {case: resample(users, own[:, None], ones, resampling) for case, own in values.items()}
        ours, *others = values
        for case, own in values.items():
            self.row(case, f"{METRIC}, {told}", float(own.mean()))
        for case in others:
            (found,) = drawn[ours].minus(drawn[case]).estimates(resampling.level)
            for name, value in (("", found.value), (", lower", found.lower), (", upper", found.upper)):
                if value is not None:
                    self.row(ours, f"{METRIC} against {case}, {told}{name}", value)

    def row(self, case: str, metric: str, value: float, unit: str = "") -> None:
        """One figure."""
        self.report.row(self.dataset, case, metric, value=value, unit=unit, seed=self.settings.seed)
