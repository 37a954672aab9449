"""How much the graph holds, cheap enough to ask at any time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from graph.client import Graph
from graph.errors import UnknownUser

NEWEST_EVENTS = 100_000
"""Events that `event_types` looks at; counting by type reads each one."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Counts:
    """Nodes and relationships by what they are. Of the feedback, `attributed` knows the answer that led to it."""

    users: int
    items: int
    tags: int
    creators: int
    events: int
    preferences: int
    similarities: int
    answers: int
    feedback: int
    attributed: int


@dataclass(frozen=True, slots=True)
class EventTypes:
    """How many of the `looked_at` newest events are of each type; `newest_at` is None where there are none."""

    by_type: Mapping[str, int]
    looked_at: int
    newest_at: datetime | None


@dataclass(frozen=True, slots=True)
class ServingRun:
    """The run that serves a model. `metrics` are as its training reported them."""

    model: str
    run_id: str
    created_at: datetime
    embedding_size: int
    users: int
    items: int
    metrics: Mapping[str, float]


def counts(graph: Graph) -> Counts:
    """Read from the count store: the same cost for any size of graph."""
    return Counts(**graph.read("stats/counts")[0])


def holdings(graph: Graph) -> int:
    """How many nodes there are beside migrations and locks; read from the count store."""
    return int(graph.read("maintain/holdings")[0]["nodes"])


def item_kinds(graph: Graph) -> dict[str, int]:
    """How many items there are of each kind, most first. Walks the index of kinds: a second for millions of items."""
    return {row["kind"]: row["items"] for row in graph.read("stats/items_by_kind")}


def event_types(graph: Graph, newest: int = NEWEST_EVENTS) -> EventTypes:
    """How many of the `newest` events are of each type, most first."""
    rows = graph.read("stats/events_by_type", newest=newest)
    by_type = {row["type"]: row["events"] for row in rows}
    latest = max((row["newestMillis"] for row in rows), default=None)
    return EventTypes(by_type, sum(by_type.values()), None if latest is None else moment(latest))


def serving_runs(graph: Graph) -> list[ServingRun]:
    """The run that serves each model, by the model's name."""
    return [
        ServingRun(
            model=row["model"],
            run_id=row["runId"],
            created_at=moment(row["createdMillis"]),
            embedding_size=row["embeddingSize"],
            users=row["users"],
            items=row["items"],
            metrics=json.loads(row["metrics"] or "{}"),
        )
        for row in graph.read("stats/serving_runs")
    ]


@dataclass(frozen=True, slots=True)
class PopularCreator:
    """A creator, how many items are by them, and the share of all popularity that these have."""

    creator: str
    items: int
    share: float


def popular_creators(graph: Graph, first: int) -> list[PopularCreator]:
    """The most popular first; reads every item that has a creator."""
    return [PopularCreator(**row) for row in graph.read("stats/popular_creators", first=first)]


def typical_user(graph: Graph, least: int = 20, most: int = 300) -> str:
    """Id of a user whose history has a usual size, to show recommendations for. Raises UnknownUser if there is none."""
    rows = graph.read("stats/typical_user", least=least, most=most)
    if not rows:
        raise UnknownUser(f"Nobody here has {least} to {most} preferences; load more events: edgewise load --help")
    return str(rows[0]["userId"])


def require_answer(graph: Graph) -> None:
    """Return if the database takes queries, without retrying. Raises GraphUnavailable or GraphError."""
    graph.run_alone("stats/answers")


def moment(millis: int) -> datetime:
    """Milliseconds since 1970 as an aware time in UTC."""
    return EPOCH + timedelta(milliseconds=millis)
