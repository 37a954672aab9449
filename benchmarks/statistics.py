"""A year of statistics, day by day: `python -m benchmarks.statistics [--millions 1] [--home DIR]`.

A synthetic world is loaded in bulk (or found in DIR), its days are counted, and a year is asked for many times, from
the counted days and, as the peer, from the raw events in the same run. Both must agree on every day. `late` is what
one more event of yesterday costs: writing it, and counting the days that it changes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, TypeVar

import numpy as np
import typer
from rich.console import Console

from benchmarks.report import Report
from benchmarks.serving_world import edgewise, environment_of
from graph.churn_features import event_span
from graph.client import Graph, connect
from graph.day_marks import changed_days
from graph.days import Days, Granularity, recounted
from graph.embedded import EmbeddedNeo4j
from graph.ingest import record_events
from graph.records import Event
from graph.schema import migrate
from graph.settings import EmbeddedSettings, PopularitySettings, PreferenceSettings
from graph.statistics import typical_user
from recommend.daily import count_days
from recommend.settings import StatisticsSettings

T = TypeVar("T")
ASKED = 30
RECOUNTED = 3
YEAR = timedelta(days=364)


def measure(report: Report, graph: Graph, name: str) -> None:
    """Count, then ask for the newest year in both ways."""
    stale = sum(one.counted is None for one in changed_days(graph))
    seconds, counted = timed(lambda: count_days(graph, StatisticsSettings()), 1)
    if stale == counted:
        report.row(name, "count", "days", value=counted, unit="days")
        report.row(name, "count", "count_s", value=seconds[0], unit="s")
    span = event_span(graph, int(time.time() * 1000))
    if span is None:
        raise RuntimeError("There are no events.")
    last = datetime.fromtimestamp(span[1] / 1000, UTC).date()
    times, buckets = timed(lambda: Days(graph, last - YEAR, last).buckets(Granularity.DAY), ASKED)
    slow, raw = timed(lambda: recounted(graph, last - YEAR, last), RECOUNTED)
    wrong = [one.first for one in buckets if (one.events, one.active) != raw.get(one.first, (0, 0))]
    if wrong:
        raise RuntimeError(f"The counted days do not agree with the raw events: {wrong[:5]}")
    p50, p95 = (float(np.quantile(times, share) * 1000) for share in (0.5, 0.95))
    peer = float(np.median(slow) * 1000)
    report.row(name, "year by days", "events", value=sum(one.events for one in buckets), unit="events")
    report.row(name, "year by days", "p50_ms", value=p50, unit="ms", peer="raw events", ratio=peer / p50)
    report.row(name, "year by days", "p95_ms", value=p95, unit="ms")
    report.row(name, "raw events", "p50_ms", value=peer, unit="ms")
    late(report, graph, name, last)


def late(report: Report, graph: Graph, name: str, last: date) -> None:
    """One more event of yesterday, and the days that it changes."""
    user, at = typical_user(graph), datetime(last.year, last.month, last.day, tzinfo=UTC) - timedelta(hours=1)
    item = graph.read("stats/user_history", userIds=[user], first=1, budget=10)[0]["itemId"]
    event = Event(f"late-{time.time_ns()}", user, item, "view", at)
    written, _ = timed(lambda: record_events(graph, [event], PreferenceSettings(), PopularitySettings()), 1)
    seconds, counted = timed(lambda: count_days(graph, StatisticsSettings()), 1)
    report.row(name, "late", "write_ms", value=written[0] * 1000, unit="ms")
    report.row(name, "late", "days", value=counted, unit="days")
    report.row(name, "late", "count_s", value=seconds[0], unit="s")


def timed(work: Callable[[], T], times: int) -> tuple[list[float], T]:
    """Seconds of each, and what the last one gave."""
    seconds = []
    while True:
        start = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - start)
        if len(seconds) == times:
            return seconds, found


def main(
    *,
    millions: Annotated[int, typer.Option(help="Events, in millions.")] = 1,
    home: Annotated[Path | None, typer.Option(help="Embedded server that holds the world; else one is made.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where the JSON goes; else benchmarks/results.")] = None,
) -> None:
    """Measure, on a world of so many events."""
    report = Report("statistics")
    with TemporaryDirectory() as folder:
        server = EmbeddedNeo4j(EmbeddedSettings(home=home or Path(folder)))
        if home is None:
            size = ["--users", str(20_000 * millions), "--items", f"movie={20_000 * millions}"]
            environment = environment_of(folder)
            edgewise(environment, "load", "synthetic", *size, "--events", str(1_000_000 * millions), "--bulk")
        graph = connect(server.start())
        try:
            migrate(graph)
            measure(report, graph, f"synthetic-{millions}m")
        finally:
            graph.close()
            server.stop()
    report.write(out)
    report.show(Console())


if __name__ == "__main__":
    typer.run(main)
