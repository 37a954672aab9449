"""What every `edgewise load …` does with its source: load it under a progress bar, and say what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import httpx
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, ProgressColumn, Task, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from edgewise.bulk_load import load_in_bulk
from edgewise.session import open_graph
from graph.settings import EmbeddedSettings, PopularitySettings, PreferenceSettings, read_settings
from loaders.download import download
from loaders.load import check, load
from loaders.rejects import RejectsFile
from loaders.report import Counts, LoadOptions, LoadReport, Stage
from loaders.source import Source
from recommend.placing import place_all

TIMEOUT = httpx.Timeout(60.0, connect=10.0)
REJECTS = Path("rejects")
STAGES: tuple[Stage, ...] = ("users", "items", "events")


class NotedSource(Source, Protocol):
    """A source that has something to say about what was read."""

    def notes(self) -> list[str]:
        """Sentences for the end of the report."""


class Rate(ProgressColumn):
    """Rows a second."""

    def render(self, task: Task) -> Text:
        """The speed of the last half minute, or of all of it once finished."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "")


def run_load(source: NotedSource, options: LoadOptions, rejects_path: Path | None) -> LoadReport:
    """Load `source`, or only check it in a dry run, and print the report.

    Bad rows go to `rejects_path`, else to rejects/<name of the source>.csv.
    """
    path, placed = rejects_path or REJECTS / f"{source.name}.csv", 0
    with RejectsFile(path) as rejects, bars() as (progress, tasks):

        def watch(stage: Stage, done: int) -> None:
            progress.update(tasks[stage], completed=done, visible=True)

        if options.dry_run:
            report = check(source, options, rejects=rejects, progress=watch)
        elif options.bulk:
            report = load_in_bulk(source, rejects, watch)
        else:
            preferences, popularity = read_settings(PreferenceSettings), read_settings(PopularitySettings)
            with open_graph() as graph:
                report = load(
                    graph,
                    source,
                    options,
                    preferences=preferences,
                    popularity=popularity,
                    rejects=rejects,
                    progress=watch,
                )
                placed = place_all(graph)
    console = Console(highlight=False)
    console.print(report_table(report, rejects))
    for line in closing_lines(report, rejects, source):
        console.print(escape(line), soft_wrap=True)
    if placed:
        console.print(f"{placed:,} vectors given by content to items that came after the trainings.")
    return report


@contextmanager
def bars() -> Iterator[tuple[Bars, dict[Stage, TaskID]]]:
    """A bar per stage, each shown once it begins. How many rows there are is not known before they are read."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,}"), Rate())
    with Bars(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as progress:
        yield progress, {stage: progress.add_task(stage, total=None, visible=False) for stage in STAGES}


def report_table(report: LoadReport, rejects: RejectsFile) -> Table:
    """Counts by stage, and rejected rows by reason."""
    title = f"{'Checked, nothing written' if report.dry_run else 'Loaded'}: {escape(report.source)}"
    table = Table("", "read" if report.dry_run else "new", "repeated", "rejected", title=title, title_justify="left")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, counts in (("users", report.users), ("items", report.items), ("events", report.events)):
        table.add_row(name, *_cells(counts))
    if rejects.count:
        table.add_section()
        for reason, count in rejects.reasons.items():
            table.add_row(escape(reason), "", "", f"{count:,}")
    return table


def closing_lines(report: LoadReport, rejects: RejectsFile, source: NotedSource) -> Iterator[str]:
    """How fast it went, what the source has to say, and where the rejected rows are."""
    yield f"{report.events.rows:,} events in {report.seconds:.1f} s, {report.per_second:,.0f} a second."
    yield from source.notes()
    if rejects.count:
        yield f"Rejected rows: {rejects.path}"


def fetched(url: str) -> Path:
    """The file at `url`, downloaded once into the cache, under a bar. Raises SourceError."""
    cache = read_settings(EmbeddedSettings).cache / "datasets"
    columns = (TextColumn("Downloading"), BarColumn(), DownloadColumn())
    with (
        httpx.Client(timeout=TIMEOUT) as client,
        Bars(*columns, console=Console(stderr=True), transient=True) as progress,
    ):
        task = progress.add_task("", total=None)
        return download(url, cache, client, lambda had, all_: progress.update(task, completed=had, total=all_))


def _cells(counts: Counts) -> tuple[str, str, str]:
    return f"{counts.new:,}", f"{counts.repeated:,}", f"{counts.rejected:,}"
