"""Who leaves, foreseen on real data: `python -m benchmarks.churn --data DIR [--set deskdrop] [--set online-retail]`.

Each data set is loaded into an empty embedded Neo4j; features come from the Cypher that serving uses. Judged are models
at later cuts that learned only from what was known then: boosted trees, a logistic regression on the same features,
and the days since the last activity alone. Intervals hold 95 % of resamples of users. `calibration range` is the error
that risks which were just right would stay below in 95 of 100 worlds of that size. `score_per_s` is scoring everyone
who is active at the end, features included.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.report import Report, versions
from benchmarks.serving_world import edgewise, environment_of
from gnn.churn.baselines import TREES
from gnn.churn.judging import METRICS, Judged, interval, perfect_calibration
from gnn.churn.score import score_churn
from gnn.churn.train import train_churn
from gnn.settings import TrainingSettings
from graph.churn_features import FeatureRules
from graph.client import Graph, connect
from graph.embedded import EmbeddedNeo4j
from graph.schema import migrate
from graph.settings import ChurnSettings, EmbeddedSettings, FeedbackSettings, PreferenceSettings, read_settings

SEED = 0


@dataclass(frozen=True, slots=True)
class Set:
    """A data set and what leaving means in it, in days."""

    horizon: float
    window: float
    step: float


SETS = {"deskdrop": Set(14, 28, 7), "online-retail": Set(90, 90, 30)}


def rules_of(one: Set) -> FeatureRules:
    """The settings of Edgewise for it; all others are the defaults."""
    churn = ChurnSettings(horizon_days=one.horizon, window_days=one.window, step_days=one.step)
    return FeatureRules(churn, read_settings(PreferenceSettings), read_settings(FeedbackSettings))


def measure(report: Report, name: str, folder: Path, console: Console) -> None:
    """Load, learn, judge and score one data set."""
    with TemporaryDirectory() as home:
        environment = environment_of(home)
        server = EmbeddedNeo4j(EmbeddedSettings(home=Path(home)))
        try:
            edgewise(environment, "load", name, "--bulk", str(folder))
            graph = connect(server.start())
            migrate(graph)
            _learned(report, name, graph, console)
            graph.close()
        finally:
            server.stop()


def _learned(report: Report, name: str, graph: Graph, console: Console) -> None:
    rules, now = rules_of(SETS[name]), datetime.now(UTC)
    start = time.perf_counter()
    settings = TrainingSettings(seed=SEED)
    done = train_churn(graph, rules, settings, now, lambda step: console.print(f"{name}: {step}", style="dim"))
    report.row(name, TREES, "train_s", value=time.perf_counter() - start, unit="s", seed=SEED)
    start = time.perf_counter()
    scored = score_churn(graph, rules, now)
    report.row(name, TREES, "score_per_s", value=scored.users / (time.perf_counter() - start), unit="users/s")
    report.row(name, "base", "users", value=sum(len(one.gone) for one in done.judged[TREES]), unit="users")
    report.row(name, "base", "base rate", value=done.facts.metrics["base_rate"], unit="share")
    for case, cuts in done.judged.items():
        _judged(report, name, case, cuts)
        if case != TREES:
            _compared(report, name, case, done.judged[TREES], cuts)
    for place, cut in enumerate(done.judged[TREES]):
        _calibrated(report, name, f"cut {place}", cut)


def _judged(report: Report, name: str, case: str, cuts: list[Judged]) -> None:
    for metric, compute in METRICS.items():
        found = interval(cuts, compute, SEED)
        report.row(name, case, metric, value=found.value, unit="", seed=SEED)
        report.row(name, case, f"{metric} low", value=found.low, unit="", seed=SEED)
        report.row(name, case, f"{metric} high", value=found.high, unit="", seed=SEED)


def _compared(report: Report, name: str, case: str, ours: list[Judged], theirs: list[Judged]) -> None:
    """The trees less a baseline."""
    for metric, compute in METRICS.items():
        found = interval(ours, compute, SEED, theirs)
        told = f"{metric} less that of {case}"
        report.row(name, TREES, told, value=found.value, unit="", peer=None, seed=SEED)
        report.row(name, TREES, f"{told} low", value=found.low, unit="", seed=SEED)
        report.row(name, TREES, f"{told} high", value=found.high, unit="", seed=SEED)


def _calibrated(report: Report, name: str, case: str, cut: Judged) -> None:
    error = METRICS["calibration_error"](cut.gone, cut.risks)
    report.row(name, case, "calibration_error", value=error, unit="", seed=SEED)
    report.row(name, case, "calibration range", value=perfect_calibration(cut.risks, SEED), unit="", seed=SEED)
    report.row(name, case, "mean risk less share gone", value=float(cut.risks.mean() - cut.gone.mean()), unit="")


def main(
    *,
    data: Annotated[Path, typer.Option(help="Folder that holds the data sets' folders.")],
    sets: Annotated[list[str] | None, typer.Option("--set", help="Which; by default all.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where the JSON goes; else benchmarks/results.")] = None,
) -> None:
    """Measure every data set."""
    report, console = Report("churn", **versions("lightgbm", "scikit-learn")), Console()
    for name in sets or list(SETS):
        measure(report, name, data / name, console)
    report.write(out)
    report.show(console)


if __name__ == "__main__":
    typer.run(main)
