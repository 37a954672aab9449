"""The real server over HTTP while its database is killed, hangs and comes back, and while Redis goes away."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from edgewise.api_process import free_port, running_api
from graph.client import connect
from graph.embedded import EmbeddedNeo4j
from graph.schema import migrate
from graph.settings import EmbeddedSettings
from tests.environment import environment_of
from tests.worlds.api import shelf
from tests.worlds.world import write_world

ASK = """query ($user: ID!, $where: ItemFilter) { recommendations(userId: $user, first: 3, where: $where) {
    layer note recommendations { position item { id title } reasons { sentence } } } }"""
DEADLINE = 60.0
BUDGET = {
    "EDGEWISE_ANSWER_SECONDS": "1.5",
    "EDGEWISE_CACHE_RECOMMENDATIONS_SECONDS": "0",  # what was kept would be given, and nothing would be tried
    "EDGEWISE_ANSWER_LAYER_SECONDS": "1",
    "EDGEWISE_ANSWER_BREAKER_FAILURES": "2",
    "EDGEWISE_ANSWER_BREAKER_SECONDS": "1",
}


@dataclass(frozen=True)
class Site:
    """A server of its own with the API on it."""

    server: EmbeddedNeo4j
    address: str

    def ask(self, **variables: object) -> tuple[dict[str, Any], float]:
        """The answer and how many seconds it took."""
        began = time.monotonic()
        sent = {"query": ASK, "variables": {"user": "user-1", **variables}}
        response = httpx.post(f"{self.address}/graphql", json=sent, timeout=DEADLINE)
        assert response.status_code == 200
        body = response.json()
        assert "errors" not in body, body
        answer: dict[str, Any] = body["data"]["recommendations"]
        return answer, time.monotonic() - began

    def until(self, meets: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first answer that meets something."""
        deadline = time.monotonic() + DEADLINE
        while time.monotonic() < deadline:
            answer, _ = self.ask()
            if meets(answer):
                return answer
            time.sleep(0.1)
        raise AssertionError(f"the last answer was {answer}")

    @property
    def neo4j(self) -> psutil.Process:
        return psutil.Process(self.server.status().pid)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, redis_url: str) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("site")
    server = EmbeddedNeo4j(
        EmbeddedSettings(home=folder / "home", heap_mb=512, page_cache_mb=64, bolt_port=free_port(0))
    )
    settings = server.start()
    graph = connect(settings)
    migrate(graph)
    write_world(graph, shelf())
    graph.close()
    environment = environment_of(
        settings, **BUDGET, EDGEWISE_ANSWER_LAST_KNOWN_SECONDS="0.5", EDGEWISE_API_REDIS_URL=redis_url
    )
    with running_api(folder / "api.log", environment=environment) as address:
        yield Site(server, address)
    server.stop()


def by_co_occurrence(answer: dict[str, Any]) -> bool:
    return bool(answer["layer"] == "co-occurrence")


def test_a_database_that_hangs_costs_its_budget_and_then_nothing(site: Site) -> None:
    expected = site.until(by_co_occurrence)
    site.neo4j.suspend()
    try:
        took = []
        for _ in range(5):
            answer, seconds = site.ask()
            took.append(seconds)
            assert answer["layer"] == "last-known"
            assert "The database does not answer at the moment" in answer["note"]
            assert [one["position"] for one in answer["recommendations"]] == [1, 2, 3]
            assert all(one["item"]["title"] for one in answer["recommendations"])
        assert max(took) < 10  # its budget is 1.5 s; the machine may be busy
        assert sum(seconds < 0.5 for seconds in took) >= 2  # the breaker is open
    finally:
        site.neo4j.resume()
    assert site.until(by_co_occurrence) == expected


def test_a_database_that_is_killed_and_comes_back(site: Site) -> None:
    expected = site.until(by_co_occurrence)
    port = site.server.status().bolt_uri
    site.neo4j.send_signal(signal.SIGKILL)
    for _ in range(4):
        answer, _ = site.ask()
        assert answer["layer"] == "last-known"
        assert len(answer["recommendations"]) == 3
    answer, _ = site.ask(where={"allTags": ["no such tag"]})
    assert answer["recommendations"] == []
    assert httpx.get(f"{site.address}/healthz", timeout=DEADLINE).status_code == 200
    assert httpx.get(f"{site.address}/readyz", timeout=DEADLINE).status_code == 503
    site.server.start()
    assert site.server.status().bolt_uri == port
    assert site.until(by_co_occurrence) == expected
