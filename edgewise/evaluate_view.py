"""An evaluation in the terminal: how far it is, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from gnn.evaluation.intervals import Estimate
from gnn.evaluation.results import Evaluation
from gnn.evaluation.steps import Step
from gnn.evaluation.user_groups import EVERYONE
from graph.evaluations import RecordedEvaluation

FIRST = "ndcg"
"""The metric by which strategies are ordered."""


class StepBars:
    """Shows the step that an evaluation is at, with a bar where its length is known."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[count]}"))
        self._progress = Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True)
        self._task: TaskID | None = None
        self._at = ("", "")

    def __enter__(self) -> StepBars:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, step: Step) -> None:
        """Move the bar on, or begin that of another step."""
        if self._task is None or self._at != (step.fold, step.name):
            if self._task is not None:
                self._progress.remove_task(self._task)
            self._at = (step.fold, step.name)
            self._task = self._progress.add_task(escape(f"{step.fold} {step.name}".strip()), total=step.total, count="")
        count = f"{step.done:,}/{step.total:,}" if step.total else ""
        self._progress.update(self._task, completed=step.done, total=step.total, count=count)


def result_table(evaluation: Evaluation) -> Table:
    """Strategies by NDCG, best first, with intervals; and how far each is from the baseline."""
    names = [f"{metric}@{top_k}" for top_k in evaluation.top_ks for metric in (FIRST, "recall")]
    order = f"{FIRST}@{evaluation.top_ks[0]}"
    coverage = f"coverage@{evaluation.top_ks[0]}"
    table = Table("strategy", *map(_number_column, (*names, coverage, f"{order} against {evaluation.baseline}")))
    for row in sorted(evaluation.strategies, key=lambda row: -(row.estimate(order).value or 0.0)):
        against = row.differences[EVERYONE][order] if row.differences else None
        table.add_row(
            escape(row.strategy),
            *(_with_interval(row.estimate(name)) for name in names),
            _number(row.lists[coverage]),
            "" if against is None else _with_interval(against, sign="+"),
        )
    return table


def groups_table(evaluation: Evaluation) -> Table:
    """The first metric by how much is known of users, from those without any preference to the most active."""
    name = f"{FIRST}@{evaluation.top_ks[0]}"
    groups = {group: size for group, size in evaluation.groups.items() if size.judged}
    headers = [f"{group}\n{size.judged:,} tests" for group, size in groups.items()]
    table = Table("strategy", *map(_number_column, headers), title=f"{name} by what is known of users")
    for row in sorted(evaluation.strategies, key=lambda row: -(row.estimate(name).value or 0.0)):
        table.add_row(escape(row.strategy), *(_with_interval(row.estimate(name, group)) for group in groups))
    return table


def told_lines(evaluation: Evaluation) -> list[str]:
    """What was judged and how, in a few lines."""
    told, everyone = evaluation.conditions, evaluation.groups[EVERYONE]
    pairs = sum(size.test_pairs for size in evaluation.splits)
    judged = (
        f"{pairs:,} test pairs of {everyone.users:,} users, {evaluation.catalogue:,} items ranked in full; "
        f"intervals of {evaluation.resampling.level:.0%} by resampling users."
    )
    return [f"{told.dataset}: {told.about}", f"Split {told.split}", judged, *told.notes]


def evaluations_table(recorded: Sequence[RecordedEvaluation]) -> Table:
    """Evaluations, newest first, each with the strategy that did best."""
    table = Table("made (UTC)", "data", "split", "as of", "test pairs", "best strategy", "seconds", "id")
    for one in recorded:
        facts = one.facts
        as_of = f"{facts.cuts[0]:%Y-%m-%d}" if facts.cuts else ""
        more = f" and {len(facts.cuts) - 1} more" if len(facts.cuts) > 1 else ""
        table.add_row(
            f"{one.created_at:%Y-%m-%d %H:%M}",
            escape(facts.dataset),
            f"{facts.split}{', validation' if facts.validation else ''}",
            f"{as_of}{more}",
            f"{facts.test_pairs:,}",
            escape(_best(one)),
            f"{facts.seconds:.0f}",
            one.id,
        )
    return table


def _best(one: RecordedEvaluation) -> str:
    """The strategy with the highest NDCG of the shortest lists, with that value."""
    metrics = one.facts.metrics
    depths = [name for values in metrics.values() for name in values if name.startswith(f"{FIRST}@")]
    if not depths:
        return ""
    name = min(depths, key=lambda name: int(name.partition("@")[2]))
    strategy = max(metrics, key=lambda strategy: metrics[strategy][name][0] or 0.0)
    return f"{strategy}, {name} {_number(metrics[strategy][name][0])}"


def _number_column(header: str) -> Column:
    return Column(header, justify="right")


def _with_interval(estimate: Estimate, sign: str = "") -> str:
    """0.0342 [0.0234, 0.0463], dim where there is no interval to tell by."""
    if estimate.value is None:
        return ""
    value = f"{estimate.value:{sign}.4f}"
    if estimate.lower is None or estimate.upper is None:
        return value
    return f"{value} [dim]{escape(f'[{estimate.lower:{sign}.3f}, {estimate.upper:{sign}.3f}]')}[/]"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
