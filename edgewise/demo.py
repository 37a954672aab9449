"""`edgewise demo`: from nothing to a recommendation, on real parts, one step after the other."""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from edgewise.api_process import running_api
from edgewise.demo_answer import ask, rendered
from edgewise.demo_source import demo_source
from edgewise.session import open_graph
from edgewise.stopping import stopped_cleanly
from gnn.settings import TrainingSettings
from gnn.train import train
from graph.client import Graph
from graph.embedded import EmbeddedNeo4j
from graph.ingest import known_events
from graph.models import BLEND, active_runs
from graph.records import Event
from graph.settings import EmbeddedSettings, Neo4jSettings, PopularitySettings, PreferenceSettings, read_settings
from graph.statistics import counts, typical_user
from loaders.load import load
from loaders.rejects import RejectsFile
from loaders.report import LoadOptions
from loaders.source import Source
from recommend.maintain import refresh
from recommend.settings import RecommendSettings

app = typer.Typer()


class Steps:
    """Tells each step as it begins and how long it took."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._began = time.perf_counter()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One step of the demo."""
        began = time.perf_counter()
        with self.console.status(f"{name} …"):
            yield
        self.console.print(f"[green]✓[/] {name}  [dim]{time.perf_counter() - began:.1f} s[/]")

    @property
    def seconds(self) -> float:
        """Since the demo began."""
        return time.perf_counter() - self._began


@app.command()
def demo(
    data: Annotated[Path | None, typer.Option(help="A MovieLens folder or .zip; default: found or downloaded.")] = None,
) -> None:
    """Start Neo4j, load MovieLens, train, serve, and show one answer; in a terminal, serve until Ctrl-C.

    Example: edgewise demo --data ml-latest-small
    """
    steps = Steps(Console(highlight=False))
    source = demo_source(data, steps.console)
    with stopped_cleanly(), _server(steps), open_graph() as graph:
        prepare(graph, source, steps)
        with tempfile.TemporaryDirectory(prefix="edgewise-") as folder, _api(steps, Path(folder)) as address:
            steps.console.print(rendered(ask(address, typical_user(graph))))
            _closing_words(steps, address)
            _serve_until_interrupted(steps.console)


def prepare(graph: Graph, source: Source, steps: Steps) -> None:
    """Load, derive and train; what an earlier run has done is found and not done again."""
    if is_loaded(graph, source):
        steps.console.print(f"[green]✓[/] Found {source.name} in the graph already")
        new = 0
    else:
        new = _load(graph, source, steps)
    if new or not counts(graph).similarities:
        with steps.step("Finding out what is popular and what goes together"):
            refresh(
                graph,
                read_settings(RecommendSettings),
                read_settings(PreferenceSettings),
                read_settings(PopularitySettings),
            )
    for model in (one for one in read_settings(TrainingSettings).models if one != BLEND):
        if new or model not in active_runs(graph):
            with steps.step(f"Training {model} and writing what it learned into the graph"):
                # `edgewise train` judges a model on held-out preferences first, which takes as long again.
                train(graph, [model], read_settings(TrainingSettings, validation_last=0))


def is_loaded(graph: Graph, source: Source) -> bool:
    """Whether every event of `source` is in the graph; asks for their ids only if the numbers fit."""
    ids = [event.event_id for event in source.events() if isinstance(event, Event)]
    return counts(graph).events >= len(set(ids)) > 0 and known_events(graph, ids) == set(ids)


def _load(graph: Graph, source: Source, steps: Steps) -> int:
    with steps.step(f"Loading {source.name}"), RejectsFile(Path("rejects") / "demo.csv") as rejects:
        report = load(
            graph,
            source,
            LoadOptions(),
            preferences=read_settings(PreferenceSettings),
            popularity=read_settings(PopularitySettings),
            rejects=rejects,
        )
    sizes = counts(graph)
    steps.console.print(
        f"  {sizes.users:,} users, {sizes.items:,} items, {sizes.events:,} events "
        f"({report.events.new:,} new, {report.events.rejected:,} rejected)"
    )
    return report.events.new


@contextmanager
def _server(steps: Steps) -> Iterator[None]:
    if read_settings(Neo4jSettings).uri is not None:
        yield
        return
    server = EmbeddedNeo4j(read_settings(EmbeddedSettings))
    ran_before = server.status().running
    with steps.step("Starting Neo4j" if not ran_before else "Finding the Neo4j that runs here"):
        server.start()
    try:
        yield
    finally:
        if not ran_before:
            with steps.step("Stopping Neo4j"):
                server.stop()


@contextmanager
def _api(steps: Steps, folder: Path) -> Iterator[str]:
    with ExitStack() as stack:
        with steps.step("Starting the API"):
            address = stack.enter_context(running_api(folder / "api.log"))
        yield address


def _closing_words(steps: Steps, address: str) -> None:
    browser = None
    if read_settings(Neo4jSettings).uri is None:
        browser = EmbeddedNeo4j(read_settings(EmbeddedSettings)).status().browser_uri
    steps.console.print(f"\nFrom nothing to this answer: {steps.seconds:.0f} s.")
    steps.console.print(f"GraphiQL        {address}/graphql", soft_wrap=True)
    if browser:
        steps.console.print(f"Neo4j Browser   {browser}  (login and queries to paste: edgewise neo4j browser)")


def _serve_until_interrupted(console: Console) -> None:
    if not sys.stdout.isatty():
        return
    console.print("Serving; Ctrl-C stops everything that this command started.")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        console.print("Stopping …")
