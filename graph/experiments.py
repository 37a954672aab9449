"""Experiments in the graph: each variant is served by a run, which keeps its slot while the experiment goes on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from graph.client import Graph
from graph.errors import InputError
from graph.models import ready_run, utc

FEWEST_VARIANTS = 2
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class Experiment:
    """`variants`: the id of the run that serves each, by name; None once it is forgotten. `ended_at` None: goes on."""

    name: str
    started_at: datetime
    ended_at: datetime | None
    variants: Mapping[str, str | None]


def start_experiment(graph: Graph, name: str, variants: Mapping[str, str]) -> None:
    """Let `variants` (run id by name) be served side by side; all at once or, where one cannot be, none.

    Until it ends no training takes the slot of one of these runs; see graph.slots. An experiment that has ended may be
    begun anew under its name. Raises InputError for fewer than two variants or a name that goes on, ModelError for a
    run that could not serve.
    """
    if len(variants) < FEWEST_VARIANTS:
        raise InputError(f"An experiment compares {FEWEST_VARIANTS} variants or more; {len(variants)} was given.")
    if wrong := [one for one in (name, *variants) if not NAME.fullmatch(one)]:
        raise InputError(f"{wrong[0]!r} is no name: up to 64 letters, digits, dots, dashes and underscores are.")
    rows = graph.write("experiments/start_experiment", name=name, variants=[list(pair) for pair in variants.items()])
    if rows:
        return
    for run_id in variants.values():
        ready_run(graph, run_id)
    raise InputError(f"The experiment {name!r} goes on already. End it first: edgewise experiments end {name}")


def end_experiment(graph: Graph, name: str) -> None:
    """Let trainings have the slots again. Raises InputError where no such experiment goes on."""
    if not graph.write("experiments/end_experiment", name=name):
        raise InputError(f"No experiment {name!r} goes on: edgewise experiments list")


def list_experiments(graph: Graph) -> list[Experiment]:
    """All of them, the latest first."""
    return [
        Experiment(
            row["name"],
            utc(row["startedAt"]),
            None if row["endedAt"] is None else utc(row["endedAt"]),
            dict(row["variants"]),
        )
        for row in graph.read("experiments/list_experiments")
    ]
