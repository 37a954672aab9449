"""The API on a real graph, asked as clients ask it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
import pytest

from api.app import PATH, compose
from api.services import Services
from api.settings import ApiSettings
from graph.client import Graph
from tests.worlds.world import World

T = TypeVar("T")


class Client:
    """Sends requests within this process, and counts the database calls that they cost."""

    def __init__(self, http: httpx.AsyncClient, runner: asyncio.Runner, graph: Graph, services: Services) -> None:
        self.services = services
        self.impressions = services.impressions
        self.http = http
        self._runner = runner
        self._graph = graph

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One HTTP request."""
        return self._runner.run(self.http.request(method, path, **options))

    def post(self, query: str, **variables: object) -> dict[str, Any]:
        """The whole answer to a GraphQL query, errors included."""
        response = self.send("POST", PATH, json={"query": query, "variables": variables})
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def ask(self, query: str, **variables: object) -> dict[str, Any]:
        """The data of an answer that has no errors."""
        answer = self.post(query, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    def refused(self, query: str, **variables: object) -> dict[str, Any]:
        """The only error of an answer."""
        answer = self.post(query, **variables)
        assert len(answer.get("errors", ())) == 1, answer
        error: dict[str, Any] = answer["errors"][0]
        return error

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What something of the server's gives, in its event loop."""
        return self._runner.run(work)

    def calls(self, query: str, **variables: object) -> list[str]:
        """Names of the database queries that answering runs, sorted."""
        return self.watched(lambda: self.ask(query, **variables))

    def watched(self, work: Callable[[], object]) -> list[str]:
        """Names of the database queries that are run meanwhile, sorted."""
        names: list[str] = []
        before, self._graph.observe = self._graph.observe, names.append
        try:
            work()
        finally:
            self._graph.observe = before
        return sorted(names)


PATIENCE = {"EDGEWISE_ANSWER_SECONDS": "60", "EDGEWISE_ANSWER_LAYER_SECONDS": "30"}
"""A server that has just begun plans its first queries for longer than an answer may take in production."""


@contextmanager
def running_client(graph: Graph, **settings: Any) -> Iterator[Client]:
    """The API on `graph`, within this process; it has all the time it needs, unless the environment says otherwise."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in PATIENCE.items():
            environment.setenv(name, os.environ.get(name, value))
        app = compose(graph, ApiSettings(**settings))
    transport = httpx.ASGITransport(app)
    with asyncio.Runner() as runner:
        http = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")
        yield Client(http, runner, graph, app.state.services)
        runner.run(http.aclose())


@dataclass(frozen=True)
class KindWorld(World):
    """A world whose items are of the kind that their id begins with: `book-7` is a book."""

    def parameters(self) -> dict[str, object]:
        items = [[item, self.titles.get(item, item), item.split("-")[0]] for item in self.items]
        sizes = [[self.popularity(item), self.trends.get(item)] for item in self.items]
        return super().parameters() | {"items": [[*one, *two] for one, two in zip(items, sizes, strict=True)]}


def shelf() -> KindWorld:
    """80 films and 40 books in rings: each is similar to the next three; user k likes number k of each kind.

    Of the films, odd ones have the tag `odd`; item 0 of each kind is the most popular, then 1, and so on.
    """
    films, books = [f"film-{k}" for k in range(80)], [f"book-{k}" for k in range(40)]
    users = tuple(f"user-{k}" for k in range(10))
    likes = {(f"user-{k}", f"{kind}-{k}"): 3.0 for k in range(10) for kind in ("film", "book")}
    crowd = {(f"fan-{k}", item): 2.0 - k / 100 for ring in (films, books) for k, item in enumerate(ring)}
    return KindWorld(
        users=(*users, *(f"fan-{k}" for k in range(80))),
        items=(*films, *books),
        tags={(film, "odd"): 1.0 for film in films[1::2]} | {(book, "paper"): 0.5 for book in books},
        prefers=likes | crowd | {("user-1", "film-9"): -3.0},
        similar={
            (ring[k], ring[(k + step) % len(ring)], "co-occurrence"): 1.0 - step / 10
            for ring in (films, books)
            for k in range(len(ring))
            for step in (1, 2, 3)
        },
        events=tuple(("user-1", f"film-{k}", f"event-{k}", "like" if k % 2 else "view", 10**12 + k) for k in range(20)),
        creators={"film-1": "Ridley Scott"},
        titles={"film-1": "Alien [1979]", "film-2": "Aliens"},
    )
