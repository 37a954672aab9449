"""What single users and items have to show, and what models see of them: against what was done, event by event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from graph.client import Graph
from graph.feedback import Feedback, record_feedback
from graph.impressions import Shown, ShownItem, record_impressions
from graph.ingest import record_events, write_items
from graph.records import Event, Item
from graph.settings import FeedbackSettings, PopularitySettings, PreferenceSettings
from tests.worlds.api import Client, running_client

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
RULES = PreferenceSettings(), PopularitySettings()
USER = """query ($id: ID!) { user(id: $id) { statistics { eventsByType { name count } activeDays
  topKinds { name count } topTags { name count } answers answersTaken answersDismissed itemsTaken enrolled ctr } } }"""
ITEM = """query ($id: ID!) { item(id: $id) { statistics { events eventsByType { name count } shown taken
  positions { position shown taken ctr } strategies { strategy shown taken } } } }"""


def event(name: str, who: str, kind: str, days: float, value: float | None = None) -> Event:
    user, item = who.split("-")
    return Event(name, user, item, kind, AT - timedelta(days=days), value)


@pytest.fixture
def client(graph: Graph) -> Iterator[Client]:
    """Ann did five things, was shown three answers and took from one."""
    items = [Item("a", "film", tags={"x": 1.0, "y": 1.0}), Item("b", "book", tags={"y": 1.0}), Item("c", "film")]
    write_items(graph, items)
    done = [
        event("e1", "ann-a", "view", 10),
        event("e2", "ann-a", "like", 9.9),
        event("e3", "ann-b", "enroll", 3),
        event("e4", "ann-c", "rate", 2, 1.0),
        event("e5", "bob-a", "view", 1),
    ]
    record_events(graph, done, *RULES, create_users=True)
    for number, listed in enumerate((("c", "a"), ("a", "b"), ("b", "c"))):
        shown = tuple(ShownItem(item, k, "als", 1.0) for k, item in enumerate(listed, 1))
        at = AT - timedelta(hours=number)
        record_impressions(graph, [Shown(f"r{number}", "ann", "visit", at, "hybrid", "als", shown)])
    for name, request, kind in (("f1", "r1", "click"), ("f2", "r0", "dismiss")):
        told = Feedback(feedback_id=name, item_id="a", type=kind, at=AT, request_id=request)
        record_feedback(graph, [told], *RULES, FeedbackSettings())
    with running_client(graph) as running:
        yield running


def test_a_user_is_told_by_what_they_did_and_were_shown(client: Client) -> None:
    found = client.ask(USER, id="ann")["user"]["statistics"]
    assert {one["name"]: one["count"] for one in found.pop("eventsByType")} == dict.fromkeys(
        ("view", "like", "enroll", "rate", "click", "dismiss"), 1
    )
    assert found.pop("topKinds") == [{"name": "film", "count": 5}, {"name": "book", "count": 1}]
    assert found.pop("topTags") == [{"name": "y", "count": 5}, {"name": "x", "count": 4}]
    assert found == {
        "activeDays": 4,
        "answers": 3,
        "answersTaken": 1,
        "answersDismissed": 1,
        "itemsTaken": 1,
        "enrolled": 1,
        "ctr": pytest.approx(1 / 3),
    }


def test_an_item_is_told_by_where_it_stood(client: Client) -> None:
    found = client.ask(ITEM, id="a")["item"]["statistics"]
    assert (found["events"], found["shown"], found["taken"]) == (5, 2, 1)
    assert found["positions"] == [
        {"position": 1, "shown": 1, "taken": 1, "ctr": 1.0},
        {"position": 2, "shown": 1, "taken": 0, "ctr": 0.0},
    ]
    assert found["strategies"] == [{"strategy": "als", "shown": 2, "taken": 1}]


def test_items_of_a_list_are_told_together(client: Client) -> None:
    nested = """query { popularItems(first: 3) { item { id statistics { events shown } } } }"""
    names = client.calls(nested)
    assert names.count("stats/item_events") == names.count("stats/item_showings") == 1


def told(client: Client, field: str, **given: str) -> dict[str, Any]:
    arguments = ", ".join(f'{name}: "{value}"' for name, value in given.items())
    found = client.ask(f"{{ {field}({arguments}) {{ asOf features {{ name value }} }} }}")[field]
    return {one["name"]: one["value"] for one in found["features"]}


def moment(days: float) -> str:
    return (AT - timedelta(days=days)).isoformat()


def test_features_of_a_user_are_those_of_the_moment(client: Client) -> None:
    early, late = (told(client, "userFeatures", userId="ann", asOf=moment(days)) for days in (5, 1))
    assert (early["events"], late["events"]) == (2, 4)
    assert (early["answers"], late["answers"]) == (0, 0)
    assert early["recencyDays"] == pytest.approx(4.9)
    assert late["meanRating"] == 1.0


def test_features_of_an_item_are_those_of_the_moment(client: Client) -> None:
    early, late = (told(client, "itemFeatures", itemId="a", asOf=moment(days)) for days in (5, 0.5))
    assert (early["events"], early["users"], early["tags"]) == (2, 1, 2)
    assert (late["events"], late["users"]) == (3, 2)
    assert early["ageDays"] == pytest.approx(5.0)
    assert told(client, "itemFeatures", itemId="a", asOf=moment(50))["recencyDays"] is None


def test_features_of_a_pair_are_those_of_the_moment(client: Client) -> None:
    given = {"userId": "ann", "itemId": "b"}
    before, after = (told(client, "interactionFeatures", **given, asOf=moment(days)) for days in (4, 1))
    assert before == {"events": 0, "weight": 0.0, "ageDays": None, "recencyDays": None, "sharedTags": 1}
    assert (after["events"], after["weight"], after["recencyDays"]) == (1, 4.0, pytest.approx(2.0))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ('{ userFeatures(userId: "nobody") { asOf } }', "UNKNOWN_USER"),
        ('{ itemFeatures(itemId: "nothing") { asOf } }', "UNKNOWN_ITEM"),
        ('{ interactionFeatures(userId: "ann", itemId: "nothing") { asOf } }', "UNKNOWN_ITEM"),
        ('{ userFeatures(userId: "ann", asOf: "2999-01-01T00:00:00Z") { asOf } }', "BAD_INPUT"),
        ('{ userFeatures(userId: "ann", asOf: "2026-01-01T00:00:00") { asOf } }', "BAD_INPUT"),
    ],
)
def test_what_is_not_there_or_not_yet_is_refused(client: Client, query: str, code: str) -> None:
    assert client.refused(query)["extensions"]["code"] == code


def test_creators_are_told_by_the_popularity_of_their_items(graph: Graph) -> None:
    write_items(graph, [Item("a", creator="Ann"), Item("b", creator="Ann"), Item("c", creator="Bob"), Item("d")])
    done = [event(f"e{k}", f"u{k}-{item}", "like", 1) for k, item in enumerate("abccd")]
    record_events(graph, [*done, event("e9", "u9-c", "like", 1)], *RULES, create_users=True)
    with running_client(graph) as running:
        found = running.ask("{ stats { popularCreators(first: 5) { name items share } } }")["stats"]["popularCreators"]
        assert found == [
            {"name": "Bob", "items": 1, "share": pytest.approx(3 / 5)},
            {"name": "Ann", "items": 2, "share": pytest.approx(2 / 5)},
        ]


def test_a_process_tells_how_it_is_doing(graph: Graph) -> None:
    ask = "{ stats { process { requests p50Ms p99Ms cacheHits cacheMisses hitRate } } }"
    with running_client(graph) as running:
        first, second = (running.ask(ask)["stats"]["process"] for _ in range(2))
    assert (first["requests"], first["p50Ms"], first["hitRate"]) == (0, None, None)
    assert second["requests"] == 1
    assert 0 < second["p50Ms"] <= second["p99Ms"]
