"""`edgewise refresh`: rebuild what is derived from the events."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from edgewise.session import open_graph
from edgewise.stats_commands import counted
from graph.after_ingest import rebuild_preferences
from graph.settings import PopularitySettings, PreferenceSettings, read_settings
from recommend.maintain import refresh as refresh_derived
from recommend.settings import RecommendSettings, StatisticsSettings

app = typer.Typer()


@app.command()
def refresh(
    *,
    preferences: Annotated[bool, typer.Option("--preferences", help="Rebuild preferences from events too.")] = False,
) -> None:
    """Rebuild popularity, trends, tag weights, SIMILAR edges, place new items, count days; safe while the API serves.

    Example: edgewise refresh --preferences
    """
    console = Console()
    rules = read_settings(PreferenceSettings)
    with open_graph() as graph, console.status("Starting …") as status:
        if preferences:
            status.update("preferences …")
            console.print(f"{rebuild_preferences(graph, rules):,} preferences rebuilt")
        report = refresh_derived(
            graph,
            read_settings(RecommendSettings),
            rules,
            read_settings(PopularitySettings),
            lambda step: status.update(f"{step} …"),
        )
        status.stop()
        # Else the API would, a few days a minute, beside what it is asked.
        days = counted(graph, read_settings(StatisticsSettings))
    table = Table("step", "seconds", title=f"Run {report.run}")
    for step, seconds in report.seconds.items():
        table.add_row(step, f"{seconds:.1f}")
    console.print(table)
    console.print(
        f"{report.trending_items:,} rising items, {report.co_occurrence_edges:,} SIMILAR edges by co-occurrence, "
        f"{report.content_edges:,} by content, {report.placed_items:,} vectors of new items, "
        f"statistics of {days:,} days"
    )
