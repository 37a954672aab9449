"""What clients change, all or nothing, and that nothing changes when they are refused."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest

from graph.client import Graph
from graph.schema import erase, migrate
from graph.statistics import Counts, counts
from tests.worlds.api import Client, running_client

RECORD = "mutation ($events: [EventInput!]!) { recordInteractions(events: $events) { recorded repeated } }"
ITEMS = """mutation ($items: [ItemInput!]!) { upsertItems(items: $items) {
    id kind title description createdAt creator tags { name weight } } }"""
USERS = "mutation ($users: [UserInput!]!) { upsertUsers(users: $users) { id createdAt } }"
SEEN = '{ user(id: "ann") { history { eventId type value at platform metadata } preferences { weight events } } }'


@pytest.fixture(scope="module")
def schema(connected_graph: Graph) -> Graph:
    """A graph with constraints and indexes, which stay when a test empties it."""
    erase(connected_graph)
    migrate(connected_graph)
    return connected_graph


@pytest.fixture
def graph(schema: Graph) -> Graph:
    """An empty graph."""
    erase(schema)
    return schema


@pytest.fixture
def client(graph: Graph) -> Iterator[Client]:
    """The API on a graph that holds two items and nobody."""
    with running_client(graph) as client:
        client.ask(ITEMS, items=[{"id": "alien", "kind": "film", "title": "Alien"}, {"id": "aliens", "kind": "film"}])
        yield client


def event(event_id: str, **changed: object) -> dict[str, Any]:
    at = "2026-01-02T03:04:05Z"
    return {"eventId": event_id, "userId": "ann", "itemId": "alien", "type": "like", "at": at} | changed


def test_events_are_recorded_once_however_often_they_are_sent(client: Client, graph: Graph) -> None:
    events = [
        event("e1", value=2.5, platform="web", metadata='{"page": 3}'),
        event("e2", type="view", itemId="aliens", at="2026-01-02T05:04:06+02:00"),
    ]
    assert client.ask(RECORD, events=events)["recordInteractions"] == {"recorded": 2, "repeated": 0}
    before = (counts(graph), client.ask(SEEN))
    assert client.ask(RECORD, events=events)["recordInteractions"] == {"recorded": 0, "repeated": 2}
    assert (counts(graph), client.ask(SEEN)) == before
    user = before[1]["user"]
    assert user["history"] == [
        {"eventId": "e2", "type": "view", "value": None, "at": "2026-01-02T03:04:06+00:00",
         "platform": None, "metadata": None},
        {"eventId": "e1", "type": "like", "value": 2.5, "at": "2026-01-02T03:04:05+00:00",
         "platform": "web", "metadata": '{"page": 3}'},
    ]  # fmt: skip
    assert user["preferences"] == [{"weight": 3.0, "events": 1}, {"weight": 1.0, "events": 1}]


def test_one_event_twice_in_a_batch_counts_once(client: Client) -> None:
    assert client.ask(RECORD, events=[event("e1")] * 3)["recordInteractions"] == {"recorded": 1, "repeated": 2}


def test_what_is_recorded_is_seen_at_once(client: Client) -> None:
    query = '{ recommendations(userId: "ann") { layer recommendations { item { id } } } }'
    client.ask(RECORD, events=[event("e0", userId="bob"), event("e1", userId="bob", itemId="aliens")])
    assert len(client.ask(query)["recommendations"]["recommendations"]) == 2
    client.ask(RECORD, events=[event("e2", type="dislike")])
    left = client.ask(query)["recommendations"]["recommendations"]
    assert [one["item"]["id"] for one in left] == ["aliens"], "what was disliked never comes again"


def test_an_empty_batch_changes_nothing(client: Client, graph: Graph) -> None:
    before = counts(graph)
    assert client.ask(RECORD, events=[])["recordInteractions"] == {"recorded": 0, "repeated": 0}
    assert client.ask(ITEMS, items=[]) == {"upsertItems": []}
    assert client.ask(USERS, users=[]) == {"upsertUsers": []}
    assert counts(graph) == before


def everything(client: Client, graph: Graph) -> tuple[Counts, object]:
    return counts(graph), client.ask('{ a: item(id: "alien") { kind title tags { name } } popularItems { score } }')


@pytest.mark.parametrize(
    ("wrong", "code", "message"),
    [
        ({"itemId": "ghost"}, "UNKNOWN_ITEM", "ghost"),
        ({"type": "Like!"}, "BAD_INPUT", "events[1].type"),
        ({"eventId": "bad\u0000id"}, "BAD_INPUT", "events[1].eventId"),
        ({"userId": "x" * 201}, "BAD_INPUT", "events[1].userId"),
        ({"at": "2999-01-01T00:00:00Z"}, "BAD_INPUT", "events[1].at"),
        ({"at": "2026-01-01T00:00:00"}, "BAD_INPUT", "events[1].at: has no time zone"),
        ({"at": "yesterday"}, "BAD_INPUT", "yesterday"),
        ({"type": "rate", "value": 6.0}, "BAD_INPUT", "events[1].value"),
        ({"metadata": "{"}, "BAD_INPUT", "events[1].metadata"),
        ({"eventId": "good"}, "BAD_INPUT", "twice, with different content"),
        ({"itemId": None}, "BAD_INPUT", "itemId"),
        ({"colour": "red"}, "BAD_INPUT", "colour"),
    ],
)
def test_one_wrong_event_keeps_all_of_them_out(
    client: Client, graph: Graph, wrong: dict[str, object], code: str, message: str
) -> None:
    before = everything(client, graph)
    error = client.refused(RECORD, events=[event("good"), event("bad") | {"userId": "new"} | wrong])
    assert error["extensions"]["code"] == code
    assert message in error["message"]
    assert everything(client, graph) == before, "no event, and no user either"


def test_too_many_events_are_refused(client: Client, graph: Graph) -> None:
    before = counts(graph)
    error = client.refused(RECORD, events=[event(f"e{k}") for k in range(1_001)])
    assert (error["extensions"]["code"], "at most 1000" in error["message"]) == ("BAD_INPUT", True)
    assert counts(graph) == before


def test_a_thousand_events_cost_as_many_calls_as_one(client: Client) -> None:
    many = [event(f"e{k}", userId=f"user-{k % 100}") for k in range(1_000)]
    one = client.calls(RECORD, events=[event("first")])
    assert client.calls(RECORD, events=many) == one
    assert client.ask("{ stats { events users preferences } }")["stats"] == {
        "events": 1_001, "users": 101, "preferences": 101,
    }  # fmt: skip


def test_items_are_made_and_changed(client: Client) -> None:
    whole = {
        "id": "heat", "kind": "film", "title": "Heat", "description": "Two\nmen.", "creator": "Michael Mann",
        "createdAt": "1995-12-15T00:00:00+00:00", "tags": [{"name": "crime", "weight": 0.5}],
    }  # fmt: skip
    assert client.ask(ITEMS, items=[whole])["upsertItems"] == [whole]
    changed = {"id": "heat", "kind": "classic", "tags": [{"name": "heist"}]}
    assert client.ask(ITEMS, items=[changed])["upsertItems"] == [
        whole | {"kind": "classic", "tags": [{"name": "heist", "weight": 1.0}]}
    ]


def test_a_second_change_in_one_request_is_seen(client: Client) -> None:
    data = client.ask("""mutation {
        a: upsertItems(items: [{id: "alien", kind: "film", title: "One"}]) { title }
        b: upsertItems(items: [{id: "alien", kind: "film", title: "Two"}]) { title } }""")
    assert data == {"a": [{"title": "One"}], "b": [{"title": "Two"}]}


def test_users_are_made_and_changed(client: Client) -> None:
    assert client.ask(USERS, users=[{"id": "ann"}])["upsertUsers"] == [{"id": "ann", "createdAt": None}]
    dated = {"id": "ann", "createdAt": "2020-01-01T00:00:00+00:00"}
    assert client.ask(USERS, users=[dated, {"id": "bob"}])["upsertUsers"] == [dated, {"id": "bob", "createdAt": None}]


@pytest.mark.parametrize(
    ("query", "sent", "message"),
    [
        (ITEMS, {"items": [{"id": "new", "kind": "film"}, {"id": "", "kind": "film"}]}, "items[1].id: is empty"),
        (ITEMS, {"items": [{"id": "new", "kind": "film", "tags": [{"name": "a", "weight": 2.0}]}]}, "tags[0].weight"),
        (ITEMS, {"items": [{"id": "new", "kind": "film"}] * 2}, "'new' twice"),
        (ITEMS, {"items": [{"id": "new"}]}, "kind"),
        (ITEMS, {"items": [{"id": f"i{k}", "kind": "film"} for k in range(1_001)]}, "at most 1000"),
        (USERS, {"users": [{"id": "new"}, {"id": "a\tb"}]}, "users[1].id: has a control character"),
        (USERS, {"users": [{"id": "new", "createdAt": "2999-01-01T00:00:00Z"}]}, "lies in the future"),
    ],
)
def test_one_wrong_item_or_user_keeps_all_of_them_out(
    client: Client, graph: Graph, query: str, sent: dict[str, object], message: str
) -> None:
    before = everything(client, graph)
    error = client.refused(query, **sent)
    assert error["extensions"]["code"] == "BAD_INPUT"
    assert message in error["message"]
    assert everything(client, graph) == before


def test_a_number_that_is_none_is_refused(client: Client, graph: Graph) -> None:
    """Python's JSON reads Infinity, which the standard does not know."""
    before = counts(graph)
    sent = json.dumps({"query": RECORD, "variables": {"events": [event("e1", value=math.inf)]}})
    answer = client.send("POST", "/graphql", content=sent, headers={"content-type": "application/json"}).json()
    assert answer["errors"][0]["extensions"]["code"] == "BAD_INPUT"
    assert counts(graph) == before
