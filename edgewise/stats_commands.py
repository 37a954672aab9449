"""`edgewise stats`: how much there is, what happened day by day, and who came again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from edgewise.session import open_graph
from edgewise.stats_export import write_table
from graph.client import Graph
from graph.days import Bucket, Cohort, Days, Granularity, cohorts
from graph.settings import read_settings
from graph.statistics import counts, event_types, item_kinds, serving_runs
from recommend.daily import count_days
from recommend.fairness import unfair
from recommend.settings import StatisticsSettings

app = typer.Typer()


First = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day; default: 30 ago.")]
Last = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day; default: today.")]
By = Annotated[Granularity, typer.Option("--by", help="What is told together; weeks begin on Monday.")]
OUT = typer.Option("--out", dir_okay=False, help="A .csv or .parquet file to write as well; nobody is named in it.")


@app.callback(invoke_without_command=True)
def stats(context: typer.Context) -> None:
    """Show how much the graph holds, and which models serve; with a command, what happened.

    Example: edgewise stats
    """
    if context.invoked_subcommand is None:
        with open_graph() as graph:
            Console().print(stats_table(graph))


@app.command()
def days(
    first: First = None, last: Last = None, by: By = Granularity.DAY, out: Annotated[Path | None, OUT] = None
) -> None:
    """Show what happened; what is not counted yet is counted first.

    Example: edgewise stats days --from 2026-01-01 --by week --out weeks.parquet
    """
    until = last.date() if last else datetime.now(UTC).date()
    since = first.date() if first else until - timedelta(days=30)
    if since > until:
        raise typer.BadParameter(f"{since} is after {until}.", param_hint="--from")
    settings = read_settings(StatisticsSettings)
    with open_graph() as graph:
        counted(graph, settings)
        buckets = Days(graph, since, until).buckets(by)
    console = Console()
    console.print(buckets_table([one for one in buckets if one.events or one.answers], settings))
    if out is not None:
        write_table(buckets, out)
        console.print(f"{len(buckets):,} rows: {out}")


@app.command()
def retention(
    weeks: Annotated[int, typer.Option(min=1, max=520, help="The newest weeks.")] = 12, to: Last = None
) -> None:
    """Show who came again, by the week of their first event.

    Example: edgewise stats retention --weeks 8
    """
    until = to.date() if to else datetime.now(UTC).date()
    with open_graph() as graph:
        counted(graph, read_settings(StatisticsSettings))
        found = cohorts(graph, until, weeks)
    Console().print(retention_table(found))


def counted(graph: Graph, settings: StatisticsSettings) -> int:
    """Count what has changed, with a bar; returns how many days that were."""
    with Progress() as progress:
        task = progress.add_task("counting days", total=None)

        def watch(day: date, place: int, of: int) -> None:
            progress.update(task, description=f"counting {day}", completed=place, total=of)

        days = count_days(graph, settings, progress=watch)
        progress.update(task, visible=False)
    return days


def buckets_table(buckets: list[Bucket], settings: StatisticsSettings) -> Table:
    """A row for each."""
    table = Table("from", "events", "active", "7 days", "28 days", "new", "visits", "answers", "CTR", "coverage", "")
    for one in buckets:
        counts = (one.events, one.active, one.weekly, one.monthly, one.new_users, one.sessions, one.answers)
        ctr = f"{one.answers_taken / one.answers:.1%}" if one.answers else ""
        coverage = "" if one.coverage is None else f"{one.coverage:.1%}"
        warning = "[yellow]uneven[/]" if unfair(one.groups, one.attributes, settings) else ""
        table.add_row(f"{one.first}", *(f"{count:,}" for count in counts), ctr, coverage, warning)
    return table


def retention_table(found: list[Cohort]) -> Table:
    """A row for each week, a column for each week after."""
    longest = max((len(one.active) for one in found), default=1)
    table = Table("week of", "users", *(f"+{k}" for k in range(1, longest)))
    for one in found:
        shares = [f"{active / one.users:.0%}" if one.users else "" for active in one.active[1:]]
        table.add_row(f"{one.monday}", f"{one.users:,}", *shares)
    return table


def stats_table(graph: Graph) -> Table:
    """Sizes, events by type and serving models."""
    table = Table("what", "how many", "")
    sizes = counts(graph)
    kinds = ", ".join(f"{escape(kind)} {items:,}" for kind, items in item_kinds(graph).items())
    types = event_types(graph)
    newest = ", ".join(f"{name} {events:,}" for name, events in types.by_type.items())
    table.add_row("users", f"{sizes.users:,}", "")
    table.add_row("items", f"{sizes.items:,}", kinds)
    table.add_row("tags", f"{sizes.tags:,}", "")
    table.add_row("events", f"{sizes.events:,}", f"of the newest {types.looked_at:,}: {newest}" if newest else "")
    table.add_row("preferences", f"{sizes.preferences:,}", "")
    table.add_row("similarities", f"{sizes.similarities:,}", "")
    for run in serving_runs(graph):
        metrics = ", ".join(f"{name} {value:.3f}" for name, value in run.metrics.items())
        table.add_row(f"model {run.model}", run.run_id, f"of {run.created_at:%Y-%m-%d %H:%M} UTC; {metrics}")
    return table
