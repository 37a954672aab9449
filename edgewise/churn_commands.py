"""`edgewise churn`: learn who is about to leave, score everyone, and report how well that does."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from edgewise.session import open_graph
from gnn.churn.baselines import TREES
from gnn.churn.judging import METRICS, Judged, calibration_error, metric_over, perfect_calibration
from gnn.churn.report import write_report
from gnn.churn.score import score_churn
from gnn.churn.train import ChurnReport, learn, train_churn
from gnn.settings import RunSettings, TrainingSettings
from graph.churn import level_counts, riskiest
from graph.churn_features import FeatureRules
from graph.client import Graph
from graph.settings import ChurnSettings, FeedbackSettings, PreferenceSettings, read_settings
from recommend.churn import Level, bounds_of, level_bounds, level_of

app = typer.Typer(help="Who is about to leave, and why.", no_args_is_help=True)
FORCE = typer.Option("--force", help="Serve however bad it is.")
Horizon = Annotated[float | None, typer.Option(min=1, max=3650, help="Days without activity after which one is gone.")]
Window = Annotated[float | None, typer.Option(min=2, max=3650, help="Days of activity before that make one count.")]
Step = Annotated[float | None, typer.Option(min=1, max=3650, help="Days between two past moments.")]
REPORT = typer.Option(dir_okay=False, help="Where the page goes.")


@app.command()
def train(
    horizon_days: Horizon = None,
    window_days: Window = None,
    step_days: Step = None,
    *,
    force: Annotated[bool, FORCE] = False,
) -> None:
    """Learn from past moments who was gone afterwards, judge it on later ones, and let it serve if it is any good.

    Example: edgewise churn train --horizon-days 14 --window-days 28 --step-days 7
    """
    rules = feature_rules(horizon_days=horizon_days, window_days=window_days, step_days=step_days)
    settings = read_settings(TrainingSettings, run=read_settings(RunSettings, force=force))
    with open_graph() as graph, Steps() as steps:
        report = train_churn(graph, rules, settings, datetime.now(UTC), steps.show)
    console = Console()
    console.print(judged_table(report.judged))
    console.print(told(report))


@app.command()
def score() -> None:
    """Score everyone who was active in the window before now, and keep the scores with what they were made from.

    Horizon and window are those that the model was trained with.

    Example: edgewise churn score
    """
    rules = feature_rules()
    console = Console()
    with open_graph() as graph:
        with Steps() as steps:
            done = score_churn(graph, rules, datetime.now(UTC), steps.show)
        console.print(
            f"{done.users:,} users scored as of {done.as_of:%Y-%m-%d %H:%M} UTC by {done.run_id}, "
            f"mean risk {done.mean_risk:.3f}."
        )
        console.print(levels_table(graph, rules.churn))


@app.command()
def report(
    out: Annotated[Path, REPORT] = Path("churn.html"),
    horizon_days: Horizon = None,
    window_days: Window = None,
    step_days: Step = None,
) -> None:
    """Judge churn on past moments and write a page with tables and plots; nothing in the graph changes.

    Example: edgewise churn report --out churn.html
    """
    rules = feature_rules(horizon_days=horizon_days, window_days=window_days, step_days=step_days)
    seed = read_settings(TrainingSettings).seed
    with open_graph() as graph, Steps() as steps:
        taught = learn(graph, rules, seed, datetime.now(UTC), steps.show)
    write_report(out, taught.judged, taught.classifier, rules.churn, seed)
    console = Console()
    console.print(judged_table(taught.judged))
    console.print(f"The page: {out}")


@app.command()
def show(
    level: Annotated[Level | None, typer.Option(help="Only users of this level.")] = None,
    first: Annotated[int, typer.Option(min=1, max=1_000, help="How many.")] = 20,
) -> None:
    """List the users most likely to leave.

    Example: edgewise churn show --level critical
    """
    settings = read_settings(ChurnSettings)
    table = Table("user", "risk", "level")
    least, below = bounds_of(level, settings)
    with open_graph() as graph:
        for user_id, risk in riskiest(graph, first, at_least=least, below=below):
            table.add_row(user_id, f"{risk:.3f}", level_of(risk, settings))
    Console().print(table)


def feature_rules(**churn: float | None) -> FeatureRules:
    """The settings of the environment, with those options laid over that were given."""
    given = {name: value for name, value in churn.items() if value is not None}
    return FeatureRules(
        read_settings(ChurnSettings, **given), read_settings(PreferenceSettings), read_settings(FeedbackSettings)
    )


class Steps:
    """Shows what is being done, and for how long."""

    def __init__(self) -> None:
        self._progress = Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())

    def __enter__(self) -> Steps:
        self._progress.start()
        self._task = self._progress.add_task("beginning")
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, step: str) -> None:
        """The step that begins."""
        self._progress.update(self._task, description=step)


def judged_table(judged: dict[str, list[Judged]]) -> Table:
    """Each model on the later cuts; the page of `report` has intervals, which take longer."""
    cuts = judged[TREES]
    base = sum(one.gone.mean() for one in cuts) / len(cuts)
    title = f"{len(cuts)} later moments, {sum(len(one.gone) for one in cuts):,} users, {base:.1%} of them gone"
    table = Table("model", *(name.replace("_", " ") for name in METRICS), title=title)
    for name, found in judged.items():
        table.add_row(name, *(f"{metric_over(found, metric):.3f}" for metric in METRICS.values()))
    return table


def told(report: ChurnReport) -> str:
    """The end of a training in words."""
    newest = report.judged[TREES][0]
    error = calibration_error(newest.gone, newest.risks)
    best = perfect_calibration(newest.risks, 0)
    serves = f"{report.run_id} {'serves' if report.handover.refusal is None else 'is held back'}"
    why = f", as {report.handover.refusal}" if report.handover.refusal else ""
    return (
        f"{serves}{why}. On the newest moment its risks are off by {error:.3f}; perfect ones would be by up to "
        f"{best:.3f} by chance."
    )


def levels_table(graph: Graph, settings: ChurnSettings) -> Table:
    """How many users are at each level."""
    table = Table("level", "from", "users")
    bounds = level_bounds(settings)
    counts = level_counts(graph, [bounds[level][0] for level in Level])
    for level, count in zip(Level, counts, strict=True):
        table.add_row(level, f"{bounds[level][0]:g}", f"{count:,}")
    return table
