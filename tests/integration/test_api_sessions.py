"""Sessions, counterfactuals and weights by request, over GraphQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graph.client import Graph
from graph.models import BLEND
from tests.worlds.api import Client, running_client, shelf
from tests.worlds.world import write_world

SESSION = """query ($items: [ID!]!, $strategy: String, $weights: [StrategyWeight!]) {
  sessionRecommendations(items: $items, first: 5, strategy: $strategy, weights: $weights, rerank: {diversity: 0}) {
    userId layer note recommendations { item { id } strategy reasons { sentence path { nodes { id } } } }
  }
}"""
WITHOUT = """query ($user: ID!, $without: [ID!]) {
  recommendations(userId: $user, first: 5, strategy: "co-occurrence", withoutInteractions: $without) {
    recommendations { item { id } reasons { path { nodes { id } } } }
  }
}"""


@pytest.fixture
def client(graph: Graph) -> Iterator[Client]:
    write_world(graph, shelf())
    with running_client(graph) as running:
        yield running


def test_a_session_gets_what_goes_with_it_and_why(client: Client) -> None:
    answer = client.ask(SESSION, items=["film-3", "book-7"], strategy="co-occurrence")["sessionRecommendations"]
    given = [one["item"]["id"] for one in answer["recommendations"]]
    assert given == ["book-8", "book-9", "film-4", "book-10", "film-5"]
    assert (answer["userId"], answer["layer"], answer["note"]) == ("", "co-occurrence", None)
    (reason,) = answer["recommendations"][0]["reasons"]
    assert [node["id"] for node in reason["path"]["nodes"]] == ["", "book-7", "book-8"]


def test_an_empty_or_unknown_session_gets_what_is_popular_and_is_told(client: Client) -> None:
    for items in ([], ["no-such-item"]):
        answer = client.ask(SESSION, items=items)["sessionRecommendations"]
        assert [one["strategy"] for one in answer["recommendations"]] == ["popular"] * 5
        assert answer["note"]
    assert "Nothing was seen in this session yet" in client.ask(SESSION, items=[])["sessionRecommendations"]["note"]


def test_without_an_interaction_its_item_may_come_and_what_it_led_to_does_not(client: Client) -> None:
    def asked(without: list[str]) -> list[str]:
        answer = client.ask(WITHOUT, user="user-4", without=without)["recommendations"]
        return [one["item"]["id"] for one in answer["recommendations"]]

    assert {"film-5", "book-5"} <= set(asked([]))
    without = asked(["film-4"])
    assert "book-5" in without
    assert "film-5" not in without[:3]


def test_weights_by_request_make_the_blend(client: Client) -> None:
    def first(**weights: float) -> str:
        given = [{"strategy": name, "weight": weight} for name, weight in weights.items()]
        answer = client.ask(SESSION, items=["film-3"], strategy=BLEND, weights=given)["sessionRecommendations"]
        return str(answer["recommendations"][0]["item"]["id"])

    assert first(popular=1.0, content=0.0001) in ("film-0", "book-0")
    assert first(**{"co-occurrence": 1.0}) == "film-4"


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"items": [" "]}, "items: is empty"),
        ({"items": ["x"] * 101}, "items: has 101 entries; 100 is the most"),
        ({"items": ["a"], "weights": [{"strategy": "best", "weight": 1}]}, "weights names best; hybrid can be made of"),
        ({"items": ["a"], "weights": [{"strategy": "hybrid", "weight": 1}]}, "weights names hybrid"),
        ({"items": ["a"], "weights": [{"strategy": "content", "weight": -1}]}, "it must be 0 to 1,000"),
        ({"items": ["a"], "weights": [{"strategy": "content", "weight": 0}]}, "are all 0"),
        (
            {"items": ["a"], "strategy": "content", "weights": [{"strategy": "popular", "weight": 1}]},
            "content has none. Ask for hybrid",
        ),
    ],
)
def test_wrong_arguments_are_named(client: Client, variables: dict[str, object], message: str) -> None:
    error = client.refused(SESSION, **variables)
    assert error["extensions"]["code"] == "BAD_INPUT"
    assert message in error["message"]
