"""The history of model runs: what served before, the way back to it, and what is forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from graph.client import Graph
from graph.errors import ModelError
from graph.ids import new_id
from graph.models import RECORDED, ModelRun, activate, active_run, fail_run, model_run_of, start_run

ABANDONED_HOURS = 24
"""A training without an end for so long was killed."""


def serving_run(graph: Graph, model: str) -> ModelRun | None:
    """The run that serves `model`, with all that was recorded of it; None before the first training."""
    active = active_run(graph, model)
    return runs_by_id(graph, [active.id])[0] if active else None


def runs_by_id(graph: Graph, run_ids: Sequence[str]) -> list[ModelRun]:
    """The runs with these ids, in order. Raises ModelError for an unknown one."""
    found = {run.id: run for run in map(model_run_of, graph.read("models/runs_by_id", runIds=list(run_ids)))}
    if missing := [run_id for run_id in run_ids if run_id not in found]:
        raise ModelError(f"There is no run {', '.join(missing)}: edgewise models list")
    return [found[run_id] for run_id in run_ids]


def refuse(graph: Graph, run_id: str, refusal: str) -> None:
    """Record why a finished run is not let to serve. Raises ModelError for one that is not finished."""
    if not graph.write("models/refuse_run", runId=run_id, refusal=refusal):
        raise ModelError(f"Run {run_id} is not finished, so it cannot be held back.")


def roll_back(graph: Graph, model: str) -> str:
    """Let the run of `model` serve again that served before, and return its id.

    As a model has two slots, doing it twice comes back to where it began. Raises ModelError where there is none.
    """
    if model not in RECORDED:
        raise ModelError(f"There is no model {model!r}; choose one of {', '.join(RECORDED)}.")
    rows = graph.read("models/earlier_run", model=model)
    if not rows:
        raise ModelError(f"{model} has no other run that could serve: edgewise models list")
    run_id = str(rows[0]["runId"])
    activate(graph, run_id)
    return run_id


@contextmanager
def recorded_run(
    graph: Graph,
    model: str,
    settings: Mapping[str, Any],
    versions: Mapping[str, str],
    *,
    keep: int,
    job: str | None = None,
    read_millis: int | None = None,
) -> Iterator[str]:
    """Record a training while it goes on, by a new id, and that it failed if it does; see tidy and start_run."""
    run_id = new_id(model)
    tidy(graph, model, keep)
    start_run(graph, model, run_id, settings, versions, job=job, read_millis=read_millis)
    try:
        yield run_id
    except BaseException as error:
        # Also when it is interrupted: nothing may be left that looks as if it were still training.
        fail_run(graph, run_id, f"{type(error).__name__}: {error}")
        raise


def tidy(graph: Graph, model: str, keep: int) -> int:
    """Give up trainings that were killed, forget all but the newest `keep` that cannot serve; returns how many."""
    graph.write("models/abandon_runs", model=model, hours=ABANDONED_HOURS)
    return int(graph.write("models/prune_runs", model=model, keep=keep)[0]["pruned"])
