"""Answers that are kept: given again, recorded again, and never older than what they are about."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from api.following import told
from graph.changes import MOST_USERS, ChangeReader
from graph.client import Graph
from graph.impressions import shown_by
from graph.ingest import record_events, write_items
from graph.models import RunFacts, activate, finish_run, start_run, vector_property
from graph.records import Event, Item
from graph.run_history import roll_back
from graph.settings import PopularitySettings, PreferenceSettings
from graph.slots import claim_slot
from graph.vectors import write_vectors
from tests.worlds.api import Client, running_client, shelf
from tests.worlds.checkerboard import teach, write_checkerboard
from tests.worlds.world import write_world

ASK = """query ($user: ID!, $strategy: String = "co-occurrence") {
  recommendations(userId: $user, first: 3, strategy: $strategy) {
    requestId layer run note recommendations { item { id title } }
  }
}"""
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
RECORD = """mutation ($user: ID!, $item: ID!) {
  recordInteractions(events: [{eventId: "e1", userId: $user, itemId: $item, type: "like"}]) { recorded }
}"""


class Cached:
    """A client whose server knows what the graph serves from, as the running one does."""

    def __init__(self, client: Client, graph: Graph) -> None:
        self.client, self.reader = client, ChangeReader(graph)
        self.look()
        client.ask(ASK, user="nobody-yet")  # so that the text is known

    def look(self) -> None:
        self.client.run(told(self.client.services, self.reader.look()))

    def ask(self, user: str = "user-4", **variables: Any) -> tuple[dict[str, Any], list[str]]:
        """The answer, and the database queries that it took."""
        answer: dict[str, Any] = {}
        calls = self.client.watched(lambda: answer.update(self.client.ask(ASK, user=user, **variables)))
        return answer["recommendations"], calls


def ids(answer: dict[str, Any]) -> list[str]:
    return [one["item"]["id"] for one in answer["recommendations"]]


@pytest.fixture(params=["memory", "redis"])
def cached(graph: Graph, request: pytest.FixtureRequest) -> Iterator[Cached]:
    write_world(graph, shelf())
    url = None if request.param == "memory" else request.getfixturevalue("redis_url")
    with running_client(graph, redis_url=url) as client:
        yield Cached(client, graph)
        client.run(client.services.answers.close())


def liked(graph: Graph, user: str, item: str) -> None:
    """As a loader would record it, beside the API."""
    event = Event(f"{user}-{item}", user, item, "like", NOW)
    record_events(graph, [event], PreferenceSettings(), PopularitySettings())


def test_the_same_again_takes_no_query_and_is_recorded_on_its_own(cached: Cached, graph: Graph) -> None:
    first, cost = cached.ask()
    again, none = cached.ask()
    assert cost
    assert none == []
    assert first.pop("requestId") != again["requestId"]
    cached.client.impressions.flush()
    known = shown_by(graph, again.pop("requestId"))
    assert known is not None
    assert [one.item_id for one in known.items] == ids(again)
    assert known.user_id == "user-4"
    assert first == again
    assert (cached.client.services.answers.hits, cached.client.services.answers.misses) == (1, 1)


def test_an_event_makes_the_answers_of_its_user_anew_at_once_and_no_others(cached: Cached) -> None:
    before, _ = cached.ask()
    cached.ask("user-7")
    cached.client.ask(RECORD, user="user-4", item=ids(before)[0])
    after, cost = cached.ask()
    assert cost
    assert ids(before)[0] not in ids(after)
    assert cached.ask("user-7")[1] == []


def test_an_event_that_somebody_else_recorded_does_so_at_the_next_look(cached: Cached, graph: Graph) -> None:
    before, _ = cached.ask()
    cached.ask("user-7")
    liked(graph, "user-4", ids(before)[0])
    cached.look()
    after, cost = cached.ask()
    assert cost
    assert ids(before)[0] not in ids(after)
    assert cached.ask("user-7")[1] == []
    cached.look()
    assert cached.ask()[1] == []


def test_a_change_of_items_makes_answers_anew(cached: Cached, graph: Graph) -> None:
    before, _ = cached.ask()
    write_items(graph, [Item(ids(before)[0], "film", title="Another title")])
    cached.look()
    after, _ = cached.ask()
    assert after["recommendations"][0]["item"]["title"] == "Another title"


def test_another_run_is_seen_and_going_back_finds_the_old_answer(graph: Graph) -> None:
    write_checkerboard(graph)
    teach(graph)
    with running_client(graph) as client:
        cached = Cached(client, graph)
        first, _ = cached.ask("u00", strategy="lightgcn")
        assert first["run"] == "lightgcn-taught"
        taught_again(graph)
        cached.look()
        second, cost = cached.ask("u00", strategy="lightgcn")
        assert cost
        assert second["run"] == "lightgcn-again"
        roll_back(graph, "lightgcn")
        cached.look()
        third, none = cached.ask("u00", strategy="lightgcn")
        assert third["run"] == "lightgcn-taught"
        assert none == []


def taught_again(graph: Graph) -> None:
    """Another run of lightgcn, with vectors of nobody but u00."""
    start_run(graph, "lightgcn", "lightgcn-again", {}, {})
    name = vector_property("lightgcn", claim_slot(graph, "lightgcn", "lightgcn-again"))
    write_vectors(graph, "User", name, ["u00"], np.ones((1, 3), np.float32))
    write_vectors(graph, "Item", name, ["i05", "i07"], np.ones((2, 3), np.float32))
    finish_run(graph, "lightgcn-again", RunFacts(2, 1, 2, 1, 0.0, NOW, {}))
    activate(graph, "lightgcn-again")


def test_answers_fall_on_demand(cached: Cached) -> None:
    cached.ask()
    cached.ask("user-7")
    cached.client.ask('mutation { clearCache(userId: "user-4") }')
    assert cached.ask()[1]
    assert cached.ask("user-7")[1] == []
    cached.client.ask("mutation { clearCache }")
    assert cached.ask("user-7")[1]


def test_answers_of_a_kind_fall_on_demand_and_others_stay(cached: Cached) -> None:
    cached.ask()
    cached.client.ask("mutation { clearCache(kind: SIMILAR) }")
    assert cached.ask()[1] == []
    cached.client.ask("mutation { clearCache(kind: RECOMMENDATIONS) }")
    assert cached.ask()[1]
    assert cached.ask()[1] == []
    cached.look()
    assert cached.ask()[1] == [], "a replica that looks at the store finds the same"
    both = cached.client.refused('mutation { clearCache(userId: "user-4", kind: FEED) }')
    assert both["extensions"]["code"] == "BAD_INPUT"


def test_errors_and_half_answers_are_not_kept(cached: Cached, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        error = cached.client.refused(ASK, user="user-4", strategy="no-such-strategy")
        assert error["extensions"]["code"] == "UNKNOWN_STRATEGY"

    def broken(*_: object) -> None:
        raise RuntimeError("a broken layer")

    service = cached.client.services.recommendations
    with monkeypatch.context() as patch:
        patch.setattr(service._recommenders["co-occurrence"], "_plain", broken)
        degraded, _ = cached.ask()
    assert degraded["layer"] != "co-occurrence"
    whole, cost = cached.ask()
    assert cost
    assert whole["layer"] == "co-occurrence"


def test_what_a_bandit_chose_is_chosen_anew(cached: Cached) -> None:
    text = 'query ($user: ID!) { recommendations(userId: $user, strategy: "auto") { requestId arm } }'
    for _ in range(2):  # the first time the text is not known
        cached.client.ask(text, user="user-4")
    assert cached.client.watched(lambda: cached.client.ask(text, user="user-4"))


def test_many_who_ask_the_same_at_once_cost_one_answer(cached: Cached) -> None:
    body = {"query": ASK, "variables": {"user": "user-5"}}

    async def together() -> list[dict[str, Any]]:
        async def one() -> dict[str, Any]:
            response = await cached.client.http.post("/graphql", json=body)
            found: dict[str, Any] = response.json()["data"]["recommendations"]
            return found

        return await asyncio.gather(*(one() for _ in range(20)))

    answers: list[dict[str, Any]] = []
    calls = cached.client.watched(lambda: answers.extend(cached.client.run(together())))
    assert calls.count("recommend/user_states") == 1
    assert len({one["requestId"] for one in answers}) == 20
    assert len({tuple(ids(one)) for one in answers}) == 1


def test_what_no_look_has_told_of_is_not_kept(graph: Graph) -> None:
    write_world(graph, shelf())
    with running_client(graph) as client:
        client.ask(ASK, user="user-4")
        assert client.calls(ASK, user="user-4")


def test_a_kind_that_is_kept_for_no_time_is_not_kept(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGEWISE_CACHE_RECOMMENDATIONS_SECONDS", "0")
    write_world(graph, shelf())
    with running_client(graph) as client:
        cached = Cached(client, graph)
        assert cached.ask()[1]
        assert cached.ask()[1]


def test_a_reader_names_who_changed_once(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    write_world(graph, shelf())
    reader = ChangeReader(graph)
    assert reader.look().users is None
    liked(graph, "user-1", "film-60")
    liked(graph, "user-2", "film-61")
    assert reader.look().users == frozenset({"user-1", "user-2"})
    assert reader.look().users == frozenset()
    liked(graph, "user-2", "film-62")
    assert reader.look().users == frozenset({"user-2"})
    monkeypatch.setattr("graph.changes.MOST_USERS", 1)
    liked(graph, "user-3", "film-62")
    assert reader.look().users is None
    assert MOST_USERS > 1


def test_a_transaction_that_was_long_about_it_is_not_missed(graph: Graph) -> None:
    """It noted its time before the last look, and commits after it."""
    write_world(graph, shelf())
    reader, old = ChangeReader(graph), datetime.now(UTC) - timedelta(seconds=5)
    reader.look()
    graph.write("ingest/upsert_users", rows=[["user-1", None, {"changed": old}]])
    assert reader.look().users == frozenset({"user-1"})
