"""The API as it serves, asked by users whose activity is Zipf-distributed, and its answers compared with ours."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from api.app import PATH
from benchmarks.open_loop import Answered, arrivals, offer, post
from benchmarks.serving_world import RunningWorld
from edgewise.api_process import running_api
from graph.client import Graph
from recommend.protocol import Ask, RerankAsk
from recommend.serving import serving_service

FIRST = 10
QUERY = (
    "query ($user: ID!, $where: ItemFilter, $rerank: RerankInput) { "
    "recommendations(userId: $user, first: 10, where: $where, rerank: $rerank) { requestId layer run "
    "recommendations { position score item { id title kind } } } }"
)
CONSTANT = "query { me { id } }"
"""Costs what every query costs: HTTP, the checks and the execution of GraphQL, no database."""
ZIPF = 0.5
"""Exponent of how often users ask, by rank."""
HOST = "127.0.0.1"
WARM_UP = ((40.0, 15.0), (100.0, 100.0))
"""Rates and seconds of the loads before what is measured: until then Neo4j compiles what it runs, on the same cores."""
SAMPLED = 20
"""Every so many answers are compared."""


@dataclass(slots=True)
class Api:
    """A running API. `asked` are the users of all requests so far."""

    port: int
    processes: list[psutil.Process]
    world: RunningWorld
    random: np.random.Generator
    asked: set[int]

    def requests(self, count: int, query: str = QUERY, compared: int = SAMPLED, **variables: object) -> list[bytes]:
        """Requests of so many users drawn by activity; every so many can be `compared`."""
        ranks = np.arange(1, self.world.world.users + 1)
        chances = ranks**-ZIPF / (ranks**-ZIPF).sum()
        users = self.random.choice(len(ranks), count, p=chances)
        self.asked.update(users.tolist())
        host = f"{HOST}:{self.port}"
        asked: list[dict[str, object]] = [{"user": self.world.world.user_id(k), **variables} for k in users]
        for one in asked[::compared] if query == QUERY else ():
            one["rerank"] = {"repetition": 0}
        bodies = (json.dumps({"query": query, "variables": one}) for one in asked)
        return [post(PATH, host, body.encode()) for body in bodies]

    def offer(
        self, rate: float, seconds: float, seed: int, query: str = QUERY, **variables: object
    ) -> tuple[Answered, list[bytes]]:
        """What becomes of a load, and the requests; every answer that can be compared is kept."""
        due = arrivals(rate, seconds, seed)
        requests = self.requests(len(due), query, SAMPLED, **variables)
        return offer(HOST, self.port, requests, due, sampled=SAMPLED), requests

    def cpu(self) -> float:
        """Seconds of processor time that its processes took so far."""
        return sum(sum(process.cpu_times()[:2]) for process in self.processes)

    def megabytes(self) -> float:
        """Resident memory of all its processes together."""
        return sum(process.memory_info().rss for process in self.processes) / 2**20


@contextmanager
def serving(
    world: RunningWorld, workers: int, seed: int, folder: Path, redis_url: str, *, kept: bool = False
) -> Iterator[Api]:
    """The API on a world, warmed up; answers are `kept`, or else none is."""
    environment = world.environment | {
        "EDGEWISE_API_WORKERS": str(workers),
        "EDGEWISE_API_THREADS": "2",
        "EDGEWISE_API_REDIS_URL": redis_url,
        "EDGEWISE_IMPRESSIONS_FOLDER": str(folder / "impressions"),
    }
    environment |= {} if kept else {"EDGEWISE_CACHE_RECOMMENDATIONS_SECONDS": "0"}
    with running_api(folder / "api.log", environment=environment) as address:
        processes = _processes()
        port = int(address.rsplit(":", 1)[1])
        api = Api(port, processes, world, np.random.default_rng(seed), set())
        for rate, seconds in WARM_UP:
            api.offer(rate, seconds, seed)
        yield api


def _processes() -> list[psutil.Process]:
    """Of the API that runs; what else this process started may have ended without having been waited for."""
    alive = [one for one in psutil.Process().children() if one.status() != psutil.STATUS_ZOMBIE]
    parent = next(one for one in alive if "serve" in one.cmdline())
    return [parent, *parent.children(recursive=True)]


def differing(graph: Graph, answered: Answered, requests: Sequence[bytes]) -> int:
    """How many of the kept answers differ in items or order from what the service computes here."""
    service = serving_service(graph)
    wrong = 0
    for place, body in answered.bodies.items():
        user = json.loads(requests[place].partition(b"\r\n\r\n")[2])["variables"]["user"]
        (expected,) = service.recommend([Ask(user, FIRST, rerank=RerankAsk(repetition=0.0))])
        given: list[dict[str, Any]] = json.loads(body)["data"]["recommendations"]["recommendations"]
        wrong += [one["item"]["id"] for one in given] != [one.item_id for one in expected.recommendations]
    return wrong
