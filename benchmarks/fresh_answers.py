"""How long it takes until a like counts: folding alone, the strategy on a graph, and over HTTP from another replica."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from time import perf_counter
from typing import Any

import httpx
import numpy as np

from api.app import PATH, compose
from api.settings import ApiSettings
from graph.client import Graph
from graph.ingest import write_items
from graph.models import require_active_run
from graph.priors import prior_of
from graph.records import Item
from graph.vectors import item_vectors
from recommend.fold_in import Likes, folded
from recommend.learned import LearnedRecommender
from recommend.placing import place_items
from recommend.protocol import Ask
from recommend.settings import RecommendSettings

TIMES = 300
RECORD = "mutation ($events: [EventInput!]!) { recordInteractions(events: $events) { recorded } }"
ANSWER = """query ($user: ID!, $strategy: String) { recommendations(userId: $user, first: 10, strategy: $strategy) {
    layer recommendations { score item { id title } } } }"""
Millis = list[float]


@dataclass(frozen=True, slots=True)
class Replica:
    """The API on a graph, with a cache of its own, asked over HTTP within this process."""

    http: httpx.AsyncClient
    runner: asyncio.Runner

    def ask(self, query: str, **variables: object) -> dict[str, Any]:
        """The data of an answer."""
        sent = {"query": query, "variables": variables}
        answer: dict[str, Any] = self.runner.run(self.http.post(PATH, json=sent)).json()
        if "errors" in answer:
            raise RuntimeError(str(answer["errors"]))
        data: dict[str, Any] = answer["data"]
        return data


@contextmanager
def replica(graph: Graph) -> Iterator[Replica]:
    """A running replica."""
    with asyncio.Runner() as runner:
        transport = httpx.ASGITransport(compose(graph, ApiSettings()))
        http = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")
        yield Replica(http, runner)
        runner.run(http.aclose())


def in_memory(graph: Graph, model: str, likes: int, seed: int) -> Millis:
    """Milliseconds of each of TIMES foldings of so many random items."""
    run = require_active_run(graph, model)
    prior, items = prior_of(graph, run.id), item_vectors(graph, run.vector_property).vectors
    if prior is None:
        raise RuntimeError(f"{run.id} keeps no prior")
    random = np.random.default_rng(seed)
    drawn = [items[random.choice(len(items), likes, replace=False)] for _ in range(TIMES)]
    return [_timed(partial(folded, prior, Likes.alike(liked))) for liked in drawn]


def over_graph(graph: Graph, model: str, users: Sequence[str]) -> Millis:
    """Milliseconds of an answer of ten by the strategy, one user at a time, the copy of the items being warm."""
    serving = LearnedRecommender(graph, model, RecommendSettings())
    for user in users[:20]:
        serving.candidates([Ask(user)])
    return [_timed(partial(serving.candidates, [Ask(user)])) for user in users]


def over_http(graph: Graph, model: str, users: Sequence[str], items: Sequence[str], seed: int) -> tuple[Millis, Millis]:
    """For each of `users`, who are new: milliseconds of three likes to one replica, and of the next answer by another.

    Raises RuntimeError where that answer is not by `model`.
    """
    random = np.random.default_rng(seed)
    sent, answered = [], []
    with replica(graph) as one, replica(graph) as other:
        for number, user in enumerate(("warm", "warmer", *users)):
            events = [_like(user, items[k]) for k in random.choice(len(items), 3, replace=False)]
            sending = _timed(partial(one.ask, RECORD, events=events))
            asking = _timed(partial(_answered_by, other, model, user))
            if number >= len(("warm", "warmer")):
                sent.append(sending)
                answered.append(asking)
    return sent, answered


def placing(graph: Graph) -> Millis:
    """Milliseconds of each of TIMES new films with two genres being written and placed."""
    return [_timed(partial(_placed, graph, f"placed-{k}")) for k in range(TIMES)]


def _placed(graph: Graph, item: str) -> None:
    write_items(graph, [Item(item, "movie", tags={"Drama": 1.0, "Comedy": 1.0})])
    if not place_items(graph, [item]):
        raise RuntimeError(f"{item} was not placed")


def _answered_by(asked: Replica, model: str, user: str) -> None:
    """Ask for an answer; raise RuntimeError where another strategy gave it."""
    layer = asked.ask(ANSWER, user=user, strategy=model)["recommendations"]["layer"]
    if layer != model:
        raise RuntimeError(f"{user} was answered by {layer}")


def _like(user: str, item: str) -> dict[str, object]:
    at = datetime.now(UTC).isoformat()
    return {"eventId": f"fresh-{user}-{item}", "userId": user, "itemId": item, "type": "like", "at": at}


def _timed(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return 1e3 * (perf_counter() - started)
