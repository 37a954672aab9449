"""Filters over GraphQL, on items that are written over GraphQL: what another replica wrote a moment ago counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from graph.client import Graph
from graph.schema import erase, migrate
from tests.worlds.api import Client, running_client

UPSERT = """mutation ($items: [ItemInput!]!) { upsertItems(items: $items) {
    id properties { name number text flag } } }"""
RECORD = "mutation ($events: [EventInput!]!) { recordInteractions(events: $events) { recorded } }"
ASK = """query ($where: ItemFilter, $strategy: String, $kinds: [String!]) {
    recommendations(userId: "ann", first: 5, where: $where, strategy: $strategy, kinds: $kinds) {
        note recommendations { item { id kind title creator tags { name } description } } } }"""


def item(number: int, **fields: Any) -> dict[str, Any]:
    """Number k is the k-th most popular; even ones cost k, odd ones are books."""
    price = [{"name": "price", "number": float(number)}] if number % 2 == 0 else []
    return {
        "id": f"i{number:02}",
        "kind": "movie" if number % 2 == 0 else "book",
        "title": f"Item {number}",
        "createdAt": f"2024-01-{number + 1:02}T00:00:00Z",
        "tags": [{"name": "all"}, {"name": f"third-{number % 3}"}],
        "creator": "Someone",
        "description": f"Text {number}",
        "properties": price,
    } | fields


@pytest.fixture(scope="module")
def client(connected_graph: Graph) -> Iterator[Client]:
    erase(connected_graph)
    migrate(connected_graph)
    with running_client(connected_graph) as client:
        client.ask(UPSERT, items=[item(k) for k in range(12)])
        likes = [
            {"eventId": f"{k}-{n}", "userId": f"fan-{n}", "itemId": f"i{k:02}", "type": "like"}
            for k in range(12)
            for n in range(12 - k)
        ]
        client.ask(RECORD, events=likes)
        yield client


def found(client: Client, where: dict[str, Any] | None = None, **others: Any) -> list[str]:
    answer = client.ask(ASK, where=where, **others)["recommendations"]
    return [one["item"]["id"] for one in answer["recommendations"]]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({}, ["i00", "i01", "i02", "i03", "i04"]),
        ({"allTags": ["all", "third-0"]}, ["i00", "i03", "i06", "i09"]),
        ({"noTags": ["third-0", "third-1"]}, ["i02", "i05", "i08", "i11"]),
        ({"createdAfter": "2024-01-08T00:00:00Z"}, ["i08", "i09", "i10", "i11"]),
        ({"createdAfter": "2024-01-08T02:00:00+02:00"}, ["i08", "i09", "i10", "i11"]),
        ({"numbers": [{"name": "price", "atLeast": 4, "atMost": 8}]}, ["i04", "i06", "i08"]),
        ({"numbers": [{"name": "weight"}]}, []),
    ],
)
def test_each_filter_lets_through_what_it_says(client: Client, where: dict[str, Any], expected: list[str]) -> None:
    assert found(client, where) == expected
    if where:
        assert found(client, where, kinds=["movie"]) == [one for one in expected if int(one[1:]) % 2 == 0]


def test_an_item_that_cannot_be_had_is_left_out_at_once(client: Client, connected_graph: Graph) -> None:
    with running_client(connected_graph) as other:
        assert "i01" in found(client, {"available": True})
        gone = other.ask(UPSERT, items=[item(1, properties=[{"name": "available", "flag": False}])])
        assert gone["upsertItems"][0]["properties"] == [
            {"name": "available", "number": None, "text": None, "flag": False}
        ]
        assert "i01" not in found(client, {"available": True})
        assert "i01" in found(client)
        other.ask(UPSERT, items=[item(1, properties=[{"name": "available", "flag": True}])])
        assert "i01" in found(client, {"available": True})


def test_a_title_that_another_replica_changed_is_shown_at_once(client: Client, connected_graph: Graph) -> None:
    def shown() -> dict[str, Any]:
        answer = client.ask(ASK)["recommendations"]["recommendations"]
        found: dict[str, Any] = answer[0]["item"]
        return found

    assert shown()["title"] == "Item 0"
    with running_client(connected_graph) as other:
        other.ask(UPSERT, items=[item(0, title="Renamed", tags=[{"name": "new"}])])
        assert shown() == {
            "id": "i00",
            "kind": "movie",
            "title": "Renamed",
            "creator": "Someone",
            "tags": [{"name": "new"}],
            "description": "Text 0",
        }
        other.ask(UPSERT, items=[item(0)])


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ({"allTags": [" x"]}, "where.allTags: has a space"),
        ({"noTags": ["x"] * 51}, "where.noTags: has 51 entries"),
        ({"createdAfter": "2024-01-08T00:00:00"}, "where.createdAfter: has no time zone"),
        ({"numbers": [{"name": "price", "atLeast": 3, "atMost": 2}]}, "no number is at least 3 and at most 2"),
        ({"numbers": [{"name": "p"}] * 11}, "where.numbers: has 11 entries"),
    ],
)
def test_wrong_filters_are_named(client: Client, where: dict[str, Any], told: str) -> None:
    assert told in client.refused(ASK, where=where)["message"]


@pytest.mark.parametrize(
    ("properties", "told"),
    [
        ([{"name": "price"}], "properties[0]: needs one of number, text and flag"),
        ([{"name": "price", "number": 1, "text": "1"}], "needs one of number, text and flag"),
        ([{"name": "a", "flag": True}, {"name": "a", "flag": True}], "has 'a' twice"),
        ([{"name": "popularity", "number": 9}], "whose names are taken: popularity"),
        ([{"name": "lightgcn_a", "text": "x"}], "whose names are taken: lightgcn_a"),
    ],
)
def test_wrong_properties_are_named(client: Client, properties: list[dict[str, Any]], told: str) -> None:
    assert told in client.refused(UPSERT, items=[item(3, properties=properties)])["message"]


def test_an_answer_with_items_takes_no_round_trip_for_them(client: Client) -> None:
    as_found = "rerank: {diversity: 0, freshnessBoost: 0, repetition: 0}"
    fields = "{ recommendations { item { id title kind tags { name } } } }"
    query = f'{{ recommendations(userId: "ann", first: 5, {as_found}) {fields} }}'
    client.ask(query)
    assert client.calls(query) == ["recommend/popular", "recommend/user_states"]
