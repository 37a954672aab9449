"""How fast events get into the graph over Bolt: `python -m benchmarks.loading [--data DIR] [--out FILE]`.

Loads gowalla's training pairs end to end (read, check, users, items, unique event ids, preferences and popularity)
three times into the same embedded server, emptied in between: with our loader, with a plain UNWIND of 10,000 maps that
does equal work, and with the same whose MERGE of the event is replaced by a look and CREATE. Then a sample one row at
a time, and MovieLens as a whole. Before, the server is warmed up: each of the three loads MovieLens
once, of which ours, into a server that has just started, is the case `load-cold`. `others-most` says how much of the
machine was busy with something else during the worst case: near 0, or the figures say little.
"""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from neo4j import Driver, GraphDatabase
from rich.console import Console

from benchmarks.contention import Contention
from benchmarks.plain_loading import one_by_one, plain_load, plain_nodes
from benchmarks.report import Report
from graph.client import Graph, connect
from graph.embedded import EmbeddedNeo4j
from graph.schema import erase, migrate
from graph.settings import EmbeddedSettings, Neo4jSettings, PopularitySettings, PreferenceSettings
from loaders.load import load
from loaders.movielens import MovieLens
from loaders.pairs import Pairs
from loaders.rejects import RejectsFile
from loaders.report import LoadOptions
from loaders.source import Source

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SAMPLE = 2_000


@dataclass(frozen=True, slots=True)
class Bench:
    """The server that all cases share."""

    driver: Driver
    graph: Graph
    server_pid: int
    scratch: Path
    console: Console
    others: list[float] = field(default_factory=list)

    def empty(self) -> None:
        """Take everything out again, and the collector's backlog with it."""
        erase(self.graph)
        migrate(self.graph)
        gc.collect()

    def ours(self, source: Source) -> tuple[int, float]:
        """Events and seconds of a load into the emptied graph."""
        self.empty()
        return self.load(source)

    def load(self, source: Source) -> tuple[int, float]:
        """Events and seconds of a load into the graph as it is."""
        contention = Contention(self.server_pid)
        started = perf_counter()
        with RejectsFile(self.scratch / "rejects.csv") as rejects:
            report = load(
                self.graph,
                source,
                LoadOptions(),
                preferences=PreferenceSettings(),
                popularity=PopularitySettings(),
                rejects=rejects,
            )
        seconds = perf_counter() - started
        self._tell("ours", source, seconds, contention)
        return report.events.rows, seconds

    def plain(self, source: Source, name: str) -> float:
        """Seconds of a plain load into the emptied graph."""
        self.empty()
        contention = Contention(self.server_pid)
        seconds = plain_load(self.driver, source, name)
        self._tell(name, source, seconds, contention)
        return seconds

    def _tell(self, name: str, source: Source, seconds: float, contention: Contention) -> None:
        others = contention.cores()
        self.others.append(others)
        self.console.print(f"{name}, {source.name}: {seconds:,.1f} s; others used {others:.2f} cores")


def gowalla_rows(bench: Bench, report: Report, source: Source) -> None:
    """Ours against the plain loads, all of the data; then a sample one row at a time."""
    merged = bench.plain(source, "plain_unwind")
    created = bench.plain(source, "plain_create")
    events, ours = bench.ours(source)
    for peer, seconds in (("unwind-merge", merged), ("unwind-create", created)):
        report.row("gowalla", "load", "per_s", value=events / ours, unit="events/s", peer=peer, ratio=seconds / ours)
        report.row("gowalla", peer, "per_s", value=events / seconds, unit="events/s")
    report.row("gowalla", "load", "load_s", value=ours, unit="s")
    again = bench.load(source)
    report.row("gowalla", "load-again", "per_s", value=events / again[1], unit="events/s")
    bench.empty()
    plain_nodes(bench.driver, source)
    single = SAMPLE / one_by_one(bench.driver, source, SAMPLE)
    report.row("gowalla", "one-by-one", "per_s", value=single, unit="events/s")


def movielens_rows(bench: Bench, report: Report, source: Source) -> None:
    """MovieLens as a whole: users, films with tags, ratings."""
    bench.empty()
    events, seconds = bench.load(source)
    report.row("ml-latest-small", "load", "load_s", value=seconds, unit="s")
    report.row("ml-latest-small", "load", "per_s", value=events / seconds, unit="events/s")


def main(
    data: Annotated[Path, typer.Option(help="Folder with gowalla/train.txt(.gz) and ml-latest-small/.")] = DATA,
    out: Annotated[Path | None, typer.Option(help="Where the JSON goes; else benchmarks/results.")] = None,
) -> None:
    """Measure loading against what one would write first, on the same server and data."""
    console = Console()
    train = next(path for path in sorted((data / "gowalla").glob("train.txt*")))
    gowalla = Pairs([train], datetime(2026, 1, 1, tzinfo=UTC), name="gowalla")
    movielens = MovieLens(data / "ml-latest-small")
    with (
        tempfile.TemporaryDirectory(prefix="edgewise-benchmark-") as folder,
        server(Path(folder)) as (settings, pid),
        connected(settings, pid, Path(folder), console) as bench,
    ):
        report = Report("loading", **{"neo4j-server": bench.graph.server_version()})
        _, seconds = bench.ours(movielens)
        report.row("ml-latest-small", "load-cold", "load_s", value=seconds, unit="s")
        bench.plain(movielens, "plain_unwind")
        bench.plain(movielens, "plain_create")
        console.print("The server is warm:")
        gowalla_rows(bench, report, gowalla)
        movielens_rows(bench, report, movielens)
        report.row("all", "others-most", "cores", value=max(bench.others), unit="cores")
    report.show(console)
    console.print(f"Written to {report.write(out)}")


@contextmanager
def server(folder: Path) -> Iterator[tuple[Neo4jSettings, int]]:
    """An embedded server of its own and its process, stopped at the end."""
    embedded = EmbeddedNeo4j(EmbeddedSettings(home=folder / "neo4j"))
    try:
        settings = embedded.start()
        pid = embedded.status().pid
        assert pid is not None, "it has just been started"  # noqa: S101  tells mypy
        yield settings, pid
    finally:
        embedded.stop()


@contextmanager
def connected(settings: Neo4jSettings, pid: int, scratch: Path, console: Console) -> Iterator[Bench]:
    """Our graph, and a bare driver for the peers."""
    password = settings.password.get_secret_value() if settings.password else ""
    graph = connect(settings)
    with GraphDatabase.driver(str(settings.uri), auth=(settings.user, password)) as driver:
        yield Bench(driver, graph, pid, scratch, console)
    graph.close()


if __name__ == "__main__":
    typer.run(main)
