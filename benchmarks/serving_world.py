"""Synthetic worlds with trained models, each in a data folder of its own that later runs find again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.console import Console

from graph.client import Graph, connect
from graph.embedded import EmbeddedNeo4j
from graph.models import active_runs
from graph.settings import EmbeddedSettings, Neo4jSettings
from graph.statistics import counts

SEED = 7
TRAINED = (("item-item",), ("lightgcn", "--epochs", "2"))
"""Models that hybrid blends by default. Two epochs: how fast a model answers does not depend on how good it is."""


@dataclass(frozen=True, slots=True)
class World:
    """So many events, and what they are made of."""

    events: int
    users: int
    items: int

    @property
    def name(self) -> str:
        """In results."""
        return f"synthetic-{self.events // 1_000_000}m"

    def kinds(self) -> str:
        """Its items in the form of the command line."""
        return f"movie={self.items // 2},manga={self.items // 4},anime={self.items // 4}"


WORLDS = {1: World(1_000_000, 20_000, 20_000), 10: World(10_000_000, 200_000, 100_000)}


@dataclass(frozen=True, slots=True)
class RunningWorld:
    """A world whose server runs; `environment` leads the commands of `edgewise` to it."""

    world: World
    graph: Graph
    neo4j: psutil.Process
    environment: dict[str, str]


@contextmanager
def running_world(world: World, home: Path, console: Console) -> Iterator[RunningWorld]:
    """Start the server of the data folder `home`, filled and trained if it is not yet; stop it at the end."""
    environment = {**os.environ, "EDGEWISE_EMBEDDED_HOME": str(home), "EDGEWISE_NEO4J_URI": ""}
    server = EmbeddedNeo4j(EmbeddedSettings(home=home))
    graph = connect(_ready(server, world, environment, console))
    try:
        yield RunningWorld(world, graph, psutil.Process(server.status().pid), environment)
    finally:
        graph.close()
        server.stop()


def _ready(server: EmbeddedNeo4j, world: World, environment: dict[str, str], console: Console) -> Neo4jSettings:
    settings = server.start()
    graph = connect(settings)
    try:
        filled, trained = counts(graph).events == world.events, set(active_runs(graph))
    finally:
        graph.close()
    if not filled:
        console.print(f"Loading {world.events:,} events into {server.home} …")
        users, events = str(world.users), str(world.events)
        size = ["--users", users, "--items", world.kinds(), "--events", events, "--seed", str(SEED)]
        edgewise(environment, "load", "synthetic", *size, "--bulk")
        edgewise(environment, "refresh")
    for model, *options in TRAINED:
        if model not in trained:
            console.print(f"Training {model} …")
            edgewise(environment, "train", "--model", model, *options)
    return server.start()


def edgewise(environment: dict[str, str], *arguments: str) -> None:
    """Run a command. Raises RuntimeError with what it said if it fails."""
    command = [sys.executable, "-m", "edgewise", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"edgewise {' '.join(arguments)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
