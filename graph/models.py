"""Model runs in the graph: a training is recorded, given the idle one of two slots, and activated in one write."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from graph.client import Graph, Row
from graph.errors import ModelError, ModelNotTrained

MODELS = ("lightgcn", "lightfm", "two-tower", "als", "nmf")
"""Models whose slots have a vector index; each further one takes a migration."""
ITEM_ITEM = "item-item"
"""The model whose slots hold SIMILAR edges; see graph.item_item."""
BLEND = "hybrid"
"""The model whose runs hold weights of the others; see graph.blends."""
TRAINED = (*MODELS, ITEM_ITEM, BLEND)
"""All that is trained, in this order: a run leaves vectors, SIMILAR edges or, for the blend of the others, weights."""
CHURN = "churn"
"""The model whose runs hold a classifier of users; it recommends nothing, see graph.churn."""
RECORDED = (*TRAINED, CHURN)
"""All that leaves runs."""
SLOTS = ("a", "b")

Status = Literal["training", "writing", "ready", "failed", "replaced"]


@dataclass(frozen=True, slots=True)
class ActiveRun:
    """The run that serves a model.

    The first `embedding_size` coordinates of a stored vector are taste; those after them carry biases and make
    cosine order equal inner-product order. A run without vectors has an `embedding_size` of 0, one that needs no slot
    an empty `slot`. `placed` counts the vectors given to items that it did not learn, one given anew counted again.
    """

    id: str
    model: str
    slot: str
    embedding_size: int
    users: int
    items: int
    created_at: datetime
    placed: int = 0

    @property
    def most_items(self) -> int:
        """How many items hold a vector of it, at most."""
        return self.items + self.placed

    @property
    def vector_property(self) -> str:
        """Name of the node property that holds its vectors."""
        return vector_property(self.model, self.slot)

    @property
    def item_index(self) -> str:
        """Name of the vector index over its items."""
        return item_index(self.model, self.slot)


@dataclass(frozen=True, slots=True)
class ModelRun:
    """One training, as recorded; `replaced` is a run whose vectors a later one has written over.

    `refusal`: why a run that could serve was not let to by the gate; it may be activated by hand.
    """

    id: str
    model: str
    status: Status
    active: bool
    created_at: datetime
    slot: str | None = None
    seconds: float | None = None
    embedding_size: int | None = None
    users: int | None = None
    items: int | None = None
    preferences: int | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    refusal: str | None = None
    error: str | None = None

    @property
    def vector_property(self) -> str | None:
        """Name of the node property that holds its vectors; None without any, or once its slot was taken over."""
        if not self.slot or self.status != "ready" or self.model not in MODELS:
            return None
        return vector_property(self.model, self.slot)


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a finished training reports: sizes, how long it took (seconds), the newest preference it has seen."""

    embedding_size: int
    users: int
    items: int
    preferences: int
    seconds: float
    data_cut: datetime
    metrics: Mapping[str, float]


def facts_parameters(facts: RunFacts) -> dict[str, Any]:
    """What a query that finishes a run takes of its facts, whatever the run holds."""
    return {
        "users": facts.users,
        "items": facts.items,
        "preferences": facts.preferences,
        "seconds": facts.seconds,
        "dataCutMillis": int(facts.data_cut.timestamp() * 1000),
        "metrics": json.dumps(facts.metrics, sort_keys=True),
    }


def vector_property(model: str, slot: str) -> str:
    """Name of the property that holds the vectors of a model's slot, on users and on items."""
    return f"{model}_{slot}"


def item_index(model: str, slot: str) -> str:
    """Name of the vector index over the items of a model's slot."""
    return f"item_{vector_property(model, slot)}"


def start_run(
    graph: Graph,
    model: str,
    run_id: str,
    settings: Mapping[str, Any],
    versions: Mapping[str, str],
    *,
    job: str | None = None,
    read_millis: int | None = None,
) -> None:
    """Record that a training of `model` begins, as part of a run of a job; nothing that serves is touched.

    `read_millis`: when its data was read, see graph.training_data.reading_moment; None: now.
    Raises ModelError for an unknown model.
    """
    if model not in RECORDED:
        raise ModelError(f"There is no model {model!r}; choose one of {', '.join(RECORDED)}.")
    graph.write(
        "models/start_run",
        model=model,
        runId=run_id,
        settings=json.dumps(settings, sort_keys=True),
        versions=json.dumps(versions, sort_keys=True),
        job=job,
        readMillis=read_millis,
    )


def record_settings(graph: Graph, run_id: str, settings: Mapping[str, Any]) -> None:
    """Record what a run chose itself, in place of the settings it began with."""
    graph.write("models/record_settings", runId=run_id, settings=json.dumps(settings, sort_keys=True))


def finish_run(graph: Graph, run_id: str, facts: RunFacts) -> None:
    """Record that a run's vectors are complete, so that it may be activated. Raises ModelError if it lost its slot."""
    rows = graph.write("models/finish_run", runId=run_id, embeddingSize=facts.embedding_size, **facts_parameters(facts))
    if not rows:
        raise ModelError(f"Run {run_id} has lost its slot to a later training; nothing was activated.")


def fail_run(graph: Graph, run_id: str, error: str) -> None:
    """Record why a training failed; the run that serves goes on."""
    graph.write("models/fail_run", runId=run_id, error=error)


def activate(graph: Graph, run_id: str) -> None:
    """Let a finished run serve from now on, in one write; activating an older one is the rollback.

    Raises ModelError if the run is not ready, or a later training has written over its slot.
    """
    if not graph.write("models/activate_run", runId=run_id):
        raise _cannot_serve(run_id)


def active_runs(graph: Graph) -> dict[str, ActiveRun]:
    """The run that serves each model, by the model's name."""
    return {str(row["model"]): active_run_of(row) for row in graph.read("models/active_runs")}


def active_run(graph: Graph, model: str) -> ActiveRun | None:
    """The run that serves `model`; None before its first training."""
    return active_runs(graph).get(model)


def ready_run(graph: Graph, run_id: str) -> ActiveRun:
    """A run that could serve, as if it did. Raises ModelError where it is unknown or has nothing to serve from."""
    rows = graph.read("models/ready_run", runId=run_id)
    if not rows:
        raise _cannot_serve(run_id)
    return active_run_of(rows[0])


def _cannot_serve(run_id: str) -> ModelError:
    return ModelError(
        f"Run {run_id} cannot serve: it is unknown, unfinished, failed, or its vectors were replaced. "
        "See edgewise models."
    )


def require_active_run(graph: Graph, model: str) -> ActiveRun:
    """The run that serves `model`; raises ModelNotTrained if there is none."""
    run = active_run(graph, model)
    if run is None:
        raise not_trained(model)
    return run


def not_trained(model: str, run_id: str | None = None) -> ModelNotTrained:
    """The error of a model that has no active run, or whose run of `run_id` cannot serve any more."""
    if run_id is not None:
        return ModelNotTrained(f"The run {run_id} of {model} cannot serve any more: edgewise models list")
    command = "churn train" if model == CHURN else f"train --model {model}"
    return ModelNotTrained(f"{model} has not been trained on this graph: edgewise {command}")


def active_run_of(row: Row) -> ActiveRun:
    """An ActiveRun from the columns model, runId, slot, embeddingSize, users, items, createdAt, placed."""
    return ActiveRun(
        id=row["runId"],
        model=row["model"],
        slot=row["slot"] or "",
        embedding_size=row["embeddingSize"],
        users=row["users"],
        items=row["items"],
        created_at=utc(row["createdAt"]),
        placed=row["placed"],
    )


def list_runs(graph: Graph, first: int = 20) -> list[ModelRun]:
    """The latest runs of every model, newest first."""
    return [model_run_of(row) for row in graph.read("models/list_runs", first=first)]


def model_run_of(row: Row) -> ModelRun:
    """A ModelRun from the columns of models/list_runs."""
    return ModelRun(
        id=row["runId"],
        model=row["model"],
        status=row["status"],
        active=row["active"],
        created_at=utc(row["createdAt"]),
        slot=row["slot"],
        seconds=row["seconds"],
        embedding_size=row["embeddingSize"],
        users=row["users"],
        items=row["items"],
        preferences=row["preferences"],
        metrics=json.loads(row["metrics"] or "{}"),
        settings=json.loads(row["settings"] or "{}"),
        versions=json.loads(row["versions"] or "{}"),
        refusal=row["refusal"],
        error=row["error"],
    )


def utc(moment: Any) -> datetime:
    """A time of the driver as an aware datetime in UTC."""
    native: datetime = moment.to_native()
    return native.astimezone(UTC)
