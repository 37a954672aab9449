"""How fast LightGCN learns, and how well: `python -m benchmarks.training [--data DIR] [--out FILE]`.

On gowalla's standard split, all in one run on the same cores: ours by its recipe, and for three times as many epochs;
the class that PyTorch Geometric ships (edge_index, BPR, batches of 2,048) for as long as ours took; and ours with that
class's own loss and batches over the CSR path for one epoch, which tells the faster graph from the better objective.
`train_s` is training alone, with the start from singular vectors in it: no selection of settings, no evaluation. Those
were chosen on a validation part of train. `others-most` is how much of the machine was busy with something else at
worst; where that is much, set OMP_WAIT_POLICY=passive.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console

from benchmarks.contention import Contention
from benchmarks.pairs_data import DATA, standard_split
from benchmarks.plain_lightgcn import train_plain
from benchmarks.report import Report
from gnn.factors import Epoch, Factors
from gnn.lightgcn import train_lightgcn
from gnn.metrics import evaluate
from gnn.model_settings import LightGCNSettings
from gnn.splits import Split

TOP_K = 20
TOLD_EVERY = 10
RECIPE = {"epochs": 120, "precision": "bfloat16"}
"""What differs from the defaults, which the same validation part chose."""
LONG = RECIPE | {"epochs": 360}
LIKE_FOR_LIKE = {
    "loss": "bpr",
    "batch_size": 2_048,
    "epochs": 1,
    "layers": 3,
    "learning_rate": 1e-3,
    "schedule": "constant",
    "start": "normal",
    "start_length": 0.8,
}


@dataclass(frozen=True, slots=True)
class Timed:
    """A training of ours: all its seconds, and those of an epoch."""

    case: str
    seconds: float
    epoch: float


@dataclass(frozen=True, slots=True)
class TrainingBench:
    """One split, and the report that each training adds its rows to."""

    report: Report
    dataset: str
    split: Split
    seed: int
    console: Console
    others: list[float] = field(default_factory=list)

    def ours(self, case: str, changes: Mapping[str, object]) -> Timed:
        """Train with the defaults and these `changes`."""
        settings = LightGCNSettings.model_validate(changes)
        contention, started = Contention(os.getpid()), perf_counter()
        trained = train_lightgcn(self.split.train, settings, self.seed, self._tell)
        seconds = perf_counter() - started
        self.others.append(contention.cores())
        epoch = trained.seconds / settings.epochs
        self._row(case, "train_s", seconds, "s")
        self._row(case, "epochs", settings.epochs, "")
        self._quality(case, trained.factors())
        return Timed(case, seconds, epoch)

    def plain(self, seconds: float, beside: Sequence[Timed]) -> None:
        """Train the class of PyTorch Geometric for as many seconds, and set its epoch beside ours."""
        contention = Contention(os.getpid())
        plain = train_plain(self.split.train, LightGCNSettings().embedding_size, seconds, self.seed)
        self.others.append(contention.cores())
        self._row("pyg-lightgcn", "train_s", plain.seconds, "s")
        self._row("pyg-lightgcn", "steps", plain.steps, f"of {plain.steps_per_epoch} per epoch")
        self._row("pyg-lightgcn", "epoch_s", plain.epoch_seconds, "s, from its steps")
        self._quality("pyg-lightgcn", plain.factors)
        for own in beside:
            ratio = plain.epoch_seconds / own.epoch
            self._row(own.case, "epoch_s", own.epoch, "s", peer="pyg-lightgcn", ratio=ratio)

    def _tell(self, epoch: Epoch) -> None:
        if epoch.number % TOLD_EVERY == 0:
            self.console.print(f"epoch {epoch.number} of {epoch.epochs}, loss {epoch.loss:.4f}, {epoch.seconds:.0f} s")

    def _quality(self, case: str, factors: Factors) -> None:
        values = evaluate(factors.users, factors.items, self.split.train, self.split.test, TOP_K)
        for metric in ("recall", "ndcg"):
            self._row(case, f"{metric}@{TOP_K}", float(np.mean(values[metric])), "")

    def _row(self, case: str, metric: str, value: float, unit: str, **peer: Any) -> None:
        self.report.row(self.dataset, case, metric, value=value, unit=unit, seed=self.seed, **peer)


def main(
    data: Annotated[Path, typer.Option(help="Folder of standard splits.")] = DATA,
    dataset: Annotated[str, typer.Option(help="Its folder with train.txt(.gz) and test.txt(.gz).")] = "gowalla",
    seed: Annotated[int, typer.Option(help="Where randomness starts.")] = 2026,
    out: Annotated[Path | None, typer.Option(help="Where the JSON goes; else benchmarks/results.")] = None,
) -> None:
    """Train ours and the class of PyTorch Geometric on the same split, side by side."""
    console = Console()
    report = Report("training", **{name: version(name) for name in ("torch", "torch-geometric")})
    bench = TrainingBench(report, dataset, standard_split(data / dataset).split, seed, console)
    recipe, same = bench.ours("lightgcn", RECIPE), bench.ours("lightgcn-bpr", LIKE_FOR_LIKE)
    bench.plain(recipe.seconds, [recipe, same])
    report.write(out)
    long = bench.ours("lightgcn-long", LONG)
    report.row(dataset, long.case, "epoch_s", value=long.epoch, unit="s", seed=seed)
    report.row("all", "others-most", "cores", value=max(bench.others), unit="cores")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    report.row("all", "all", "rss_mb", value=memory, unit="MB")
    report.show(console)
    console.print(f"Written to {report.write(out)}")


if __name__ == "__main__":
    typer.run(main)
