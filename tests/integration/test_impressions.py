"""What was shown is in the graph: of users and sessions, once, whatever happens on the way."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from api.impression_counts import take_lost
from api.impressions import Impressions
from api.settings import ImpressionSettings
from edgewise.api_process import await_ready, free_port, stop
from graph.client import Graph
from graph.errors import GraphUnavailable
from graph.impressions import Shown, ShownItem, record_impressions, shown_by
from graph.settings import Neo4jSettings
from recommend.protocol import Answer, Ask, Recommendation
from tests.environment import environment_of
from tests.worlds.api import Client, running_client, shelf
from tests.worlds.world import write_world

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
ASK = """query ($user: ID!, $track: Boolean! = true, $without: [ID!]) {
  recommendations(userId: $user, first: 3, strategy: "co-occurrence", track: $track, withoutInteractions: $without) {
    requestId layer recommendations { item { id } score strategy }
  }
}"""
SESSION = """{ sessionRecommendations(items: ["film-3"], sessionId: "visit-1", first: 2, strategy: "co-occurrence")
  { requestId recommendations { item { id } } } }"""


@pytest.fixture
def client(graph: Graph) -> Iterator[Client]:
    write_world(graph, shelf())
    with running_client(graph) as running:
        yield running


def shown(request: str, user: str | None = "user-1", *items: str) -> Shown:
    listed = tuple(ShownItem(item, k, "als", 1.0) for k, item in enumerate(items or ("film-1", "film-2"), 1))
    return Shown(request, user, "visit", AT, "hybrid", "als", listed, "als-1", ("colours/blue",), 0.25)


def test_what_was_recorded_is_read_back(graph: Graph) -> None:
    write_world(graph, shelf())
    one = shown("r1")
    assert record_impressions(graph, [one]) == 1
    assert shown_by(graph, "r1") == one
    assert shown_by(graph, "r2") is None
    assert record_impressions(graph, []) == 0


def test_a_batch_that_is_sent_again_is_recorded_once(graph: Graph) -> None:
    write_world(graph, shelf())
    assert record_impressions(graph, [shown("r1"), shown("r2", None)]) == 2
    assert record_impressions(graph, [shown("r1"), shown("r2", None), shown("r3", "no-such-user")]) == 1
    assert [shown_by(graph, name) is not None for name in ("r1", "r2", "r3")] == [True] * 3
    assert (shown_by(graph, "r3") or shown("")).user_id is None


def test_items_that_are_gone_were_shown_all_the_same(graph: Graph) -> None:
    write_world(graph, shelf())
    one = shown("r1", "user-1", "film-1", "no-such-item")
    assert record_impressions(graph, [one]) == 1
    assert shown_by(graph, "r1") == one


def test_an_answer_is_recorded_as_it_was_given(client: Client, graph: Graph) -> None:
    answer = client.ask(ASK, user="user-2")["recommendations"]
    client.impressions.flush()
    known = shown_by(graph, answer["requestId"])
    assert known is not None
    assert (known.user_id, known.asked, known.layer, known.propensity) == (
        "user-2",
        "co-occurrence",
        "co-occurrence",
        1.0,
    )
    given = [(one["item"]["id"], one["strategy"], one["score"]) for one in answer["recommendations"]]
    assert [(one.item_id, one.strategy, one.score) for one in known.items] == given
    assert [one.position for one in known.items] == [1, 2, 3]


def test_a_session_has_its_own(client: Client, graph: Graph) -> None:
    request = client.ask(SESSION)["sessionRecommendations"]["requestId"]
    client.impressions.flush()
    known = shown_by(graph, request)
    assert known is not None
    assert (known.user_id, known.session) == (None, "visit-1")


def test_what_nobody_sees_is_not_recorded(client: Client) -> None:
    assert client.ask(ASK, user="user-2", track=False)["recommendations"]["requestId"] is None
    assert client.ask(ASK, user="user-2", without=["film-2"])["recommendations"]["requestId"] is None
    assert client.impressions.waiting == 0


def test_what_was_shown_in_vain_is_shown_less(client: Client) -> None:
    def first() -> str:
        answer = client.ask(ASK, user="user-5")["recommendations"]
        client.impressions.flush()
        return str(answer["recommendations"][0]["item"]["id"])

    seen = [first() for _ in range(12)]
    assert len(set(seen)) > 1


def queue(graph: Graph, folder: Path, **settings: object) -> Impressions:
    made = ImpressionSettings.model_validate({"folder": str(folder), **settings})
    return Impressions(graph, made, lambda: AT)


def answer_to(user: str) -> tuple[Ask, Answer]:
    return Ask(user), Answer(user, "als", "als", (Recommendation("film-1", 1.0, 1, "als"),))


def test_a_full_queue_loses_and_counts(graph: Graph, tmp_path: Path) -> None:
    write_world(graph, shelf())
    impressions = queue(graph, tmp_path, most_waiting=3, batch=2)
    for _ in range(5):
        impressions.add(*answer_to("user-1"))
    assert (impressions.waiting, impressions.lost) == (3, 2)
    impressions.flush()
    assert (impressions.waiting, impressions.recorded) == (0, 3)


def test_who_records_at_once_loses_nothing(graph: Graph, tmp_path: Path) -> None:
    write_world(graph, shelf())
    impressions = queue(graph, tmp_path, batch=2)
    requests = [impressions.add(*answer_to("user-1")).request_id for _ in range(40)]
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(impressions.flush) for _ in range(4)]:
            done.result()
    assert (impressions.waiting, impressions.recorded) == (0, 40)
    assert all(shown_by(graph, request) is not None for request in requests)


def test_what_cannot_be_recorded_yet_is_kept(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write_world(graph, shelf())
    impressions = queue(graph, tmp_path)
    request = impressions.add(*answer_to("user-1"))
    with monkeypatch.context() as broken:

        def away(*_: object, **__: object) -> None:
            raise GraphUnavailable("the database is away")

        broken.setattr(graph, "in_transaction", away)
        with caplog.at_level(logging.WARNING):
            impressions.flush()
    assert "are kept" in caplog.text
    assert impressions.waiting == 1
    impressions.flush()
    assert shown_by(graph, request.request_id) is not None


def test_a_clean_stop_loses_nothing_and_a_kill_is_counted(
    graph: Graph, tmp_path: Path, neo4j_settings: Neo4jSettings
) -> None:
    """The real server: stopped while answers wait, then killed while answers wait."""
    write_world(graph, shelf())
    folder, log = tmp_path / "counts", tmp_path / "api.log"
    slow = {"EDGEWISE_IMPRESSIONS_FOLDER": str(folder), "EDGEWISE_IMPRESSIONS_SECONDS": "60"}

    def requests(how: int, count: int) -> list[str]:
        port = free_port(8000)
        with log.open("ab") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "edgewise", "serve", "--port", str(port)],
                stdout=file,
                stderr=subprocess.STDOUT,
                env=environment_of(neo4j_settings, **slow),
            )
        try:
            await_ready(process, f"http://127.0.0.1:{port}", log)
            asked = {"query": ASK, "variables": {"user": "user-3"}}
            answers = [httpx.post(f"http://127.0.0.1:{port}/graphql", json=asked).json() for _ in range(count)]
            process.send_signal(how)
            process.wait(30)
        finally:
            stop(process)
        return [one["data"]["recommendations"]["requestId"] for one in answers]

    assert all(shown_by(graph, one) is not None for one in requests(signal.SIGTERM, 5))
    assert list(take_lost(folder)) == []
    killed = requests(signal.SIGKILL, 4)
    assert all(shown_by(graph, one) is None for one in killed)
    assert [one.answers for one in take_lost(folder)] == [4]
    assert list(take_lost(folder)) == []
