"""Loads a source into the graph: users, then items, then events, in batches, in parallel, as often as one likes.

Stopped at any moment, it leaves whole batches or nothing of them; run again, it goes on; run twice, it changes
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from time import perf_counter
from typing import TypeVar

from graph.client import Graph
from graph.ingest import IngestReport, write_items, write_users
from graph.settings import PopularitySettings, PreferenceSettings
from loaders.event_stage import EventStage
from loaders.rejects import RejectsFile
from loaders.report import Counts, LoadOptions, LoadReport, Progress, unwatched
from loaders.source import Rejected, Source

T = TypeVar("T")


def load(
    graph: Graph,
    source: Source,
    options: LoadOptions,
    *,
    preferences: PreferenceSettings,
    popularity: PopularitySettings,
    rejects: RejectsFile,
    progress: Progress = unwatched,
) -> LoadReport:
    """Load all of `source`; bad rows go to `rejects` and never stop it.

    Raises SourceError for files of another form, GraphError where the graph refuses.
    """
    if options.dry_run:
        return check(source, options, rejects=rejects, progress=progress)
    started, size = perf_counter(), options.batch_size
    users = _write(_batches(source.users(), size, rejects), partial(write_users, graph), partial(progress, "users"))
    items = _write(_batches(source.items(), size, rejects), partial(write_items, graph), partial(progress, "items"))
    events = EventStage(graph, source, options, preferences, popularity, progress).run(rejects)
    return LoadReport(source.name, users, items, events, perf_counter() - started)


def check(source: Source, options: LoadOptions, *, rejects: RejectsFile, progress: Progress = unwatched) -> LoadReport:
    """Read and check all of `source` without a graph; what `load` does in a dry run."""
    started, size = perf_counter(), options.batch_size
    users = _check(_batches(source.users(), size, rejects), partial(progress, "users"))
    items = _check(_batches(source.items(), size, rejects), partial(progress, "items"))
    events = _check(_batches(source.events(), size, rejects), partial(progress, "events"))
    return LoadReport(source.name, users, items, events, perf_counter() - started, dry_run=True)


def _batches(rows: Iterator[T | Rejected], size: int, rejects: RejectsFile) -> Iterator[tuple[list[T], int]]:
    """Good rows, `size` at a time, each with the number of bad ones that were put aside on the way."""
    while taken := list(islice(rows, size)):
        bad = [row for row in taken if isinstance(row, Rejected)]
        for row in bad:
            rejects.add(row)
        yield [row for row in taken if not isinstance(row, Rejected)], len(bad)


def _write(
    batches: Iterator[tuple[list[T], int]], write: Callable[[Sequence[T]], IngestReport], watch: Callable[[int], None]
) -> Counts:
    counts = Counts()
    for good, rejected in batches:
        report = write(good)
        counts.new += report.new
        counts.repeated += report.repeated
        counts.rejected += rejected
        watch(counts.rows)
    return counts


def _check(batches: Iterator[tuple[list[T], int]], watch: Callable[[int], None]) -> Counts:
    return _write(batches, lambda good: IngestReport(new=len(good), repeated=0), watch)
