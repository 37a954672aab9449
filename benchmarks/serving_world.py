"""Worlds with trained models, each in a data folder of its own that later runs find again."""

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
    """So many events and users, and how `edgewise load` gets them.

    `named`: the form of users' ids, with numbers from `first_user` on; `dated`: whether it is known when items came.
    """

    name: str
    events: int
    users: int
    load: tuple[str, ...]
    named: str = "user-{}"
    first_user: int = 1
    dated: bool = True

    def user_id(self, place: int) -> str:
        """Of the user at a place from 0."""
        return self.named.format(self.first_user + place)


def synthetic(millions: int, users: int, items: int) -> World:
    """So many million events of a made-up world."""
    kinds = f"movie={items // 2},manga={items // 4},anime={items // 4}"
    size = ("--users", f"{users}", "--items", kinds, "--events", f"{millions}000000")
    return World(
        f"synthetic-{millions}m", millions * 1_000_000, users, ("synthetic", *size, "--seed", f"{SEED}", "--bulk")
    )


def gowalla_world(folder: Path) -> World:
    """Check-ins, in the form of the benchmarks of NGCF and LightGCN: train and test together."""
    return World("gowalla", 1_027_370, 29_858, ("pairs", str(folder), "--bulk"), "{}", 0, dated=False)


WORLDS = {1: synthetic(1, 20_000, 20_000), 10: synthetic(10, 200_000, 100_000)}


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
    environment = environment_of(home)
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
        edgewise(environment, "load", *world.load)
        edgewise(environment, "refresh")
    for model, *options in TRAINED:
        if model not in trained:
            console.print(f"Training {model} …")
            edgewise(environment, "train", "--model", model, *options)
    return server.start()


def environment_of(home: Path | str, **more: str) -> dict[str, str]:
    """Of commands and servers on the graph in this folder."""
    return {**os.environ, "EDGEWISE_EMBEDDED_HOME": str(home), "EDGEWISE_NEO4J_URI": "", **more}


def edgewise(environment: dict[str, str], *arguments: str) -> None:
    """Run a command. Raises RuntimeError with what it said if it fails."""
    command = [sys.executable, "-m", "edgewise", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"edgewise {' '.join(arguments)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
