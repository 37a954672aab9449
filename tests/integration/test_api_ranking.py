"""Ranking items that somebody names: all come back, in the order that recommendations would have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from graph.client import Graph
from graph.schema import migrate
from tests.worlds.api import Client, running_client, shelf
from tests.worlds.world import write_world

RANK = """query ($user: ID!, $items: [ID!]!, $strategy: String, $weights: [StrategyWeight!]) {
  rank(userId: $user, itemIds: $items, strategy: $strategy, weights: $weights) {
    userId strategy layer note ranked { position score strategy item { id } reasons { sentence } }
    leftOut { itemId because } } }"""
BATCH = """query ($rankings: [RankingInput!]!) { rankBatch(rankings: $rankings, strategy: "co-occurrence") {
  userId ranked { item { id } } leftOut { itemId because } } }"""


@pytest.fixture(scope="module")
def client(connected_graph: Graph) -> Iterator[Client]:
    migrate(connected_graph)
    write_world(connected_graph, shelf())
    with running_client(connected_graph) as running:
        yield running


def order(ranking: dict[str, Any]) -> list[str]:
    return [one["item"]["id"] for one in ranking["ranked"]]


def test_the_likeliest_comes_first_whatever_order_they_are_sent_in(client: Client) -> None:
    found = client.ask(RANK, user="user-5", items=["film-60", "film-7", "film-6"], strategy="co-occurrence")["rank"]
    assert order(found)[:2] == ["film-6", "film-7"], "film-5 is liked; its next two are the most similar, in this order"
    assert order(found)[2] == "film-60", "which only popularity knows"
    assert found["leftOut"] == []
    assert found["ranked"][0]["reasons"]
    backwards = client.ask(RANK, user="user-5", items=["film-6", "film-7", "film-60"], strategy="co-occurrence")
    assert backwards["rank"] == found


def test_what_has_no_place_says_why(client: Client) -> None:
    found = client.ask(RANK, user="user-5", items=["film-5", "film-6", "film-6", "nothing"])["rank"]
    assert order(found) == ["film-6"]
    assert found["leftOut"] == [
        {"itemId": "film-5", "because": "SEEN"},
        {"itemId": "nothing", "because": "UNKNOWN"},
    ]


def test_who_is_unknown_gets_an_order_by_popularity(client: Client) -> None:
    found = client.ask(RANK, user="stranger", items=["film-30", "film-0", "film-2"])["rank"]
    assert order(found) == ["film-0", "film-2", "film-30"]
    assert found["note"]


def test_a_batch_is_what_each_would_be_and_costs_as_many_calls_as_one(client: Client) -> None:
    rankings = [{"userId": f"user-{k}", "itemIds": [f"film-{n}" for n in range(12)]} for k in range(3, 8)]
    found = client.ask(BATCH, rankings=rankings)["rankBatch"]
    assert [one["userId"] for one in found] == [one["userId"] for one in rankings]
    for ranking, given in zip(found, rankings, strict=True):
        alone = client.ask(RANK, user=given["userId"], items=given["itemIds"], strategy="co-occurrence")["rank"]
        assert order(ranking) == order(alone)
    assert client.calls(BATCH, rankings=rankings) == client.calls(BATCH, rankings=rankings[:1])


def test_ranking_counts_as_no_impression(client: Client) -> None:
    before = client.services.impressions.waiting
    client.ask(RANK, user="user-5", items=["film-6"])
    assert client.services.impressions.waiting == before


@pytest.mark.parametrize(
    ("rankings", "said"),
    [
        ([], "1 to 20"),
        ([{"userId": "u", "itemIds": []}], "itemIds: is empty"),
        ([{"userId": "u", "itemIds": [f"i{k}" for k in range(51)]}], "50 is the most"),
        ([{"userId": "u", "itemIds": [" x"]}], "space at its start"),
        ([{"userId": "", "itemIds": ["x"]}], "userId: is empty"),
    ],
)
def test_wrong_input_is_refused(client: Client, rankings: list[dict[str, Any]], said: str) -> None:
    refused = client.refused(BATCH, rankings=rankings)
    assert refused["extensions"]["code"] == "BAD_INPUT"
    assert said in refused["message"]
