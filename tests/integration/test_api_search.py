"""Search finds what has the words, in the order of a taste; the log tells everything, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from graph.client import Graph
from graph.schema import migrate
from graph.search import lucene, search_items
from tests.worlds.api import Client, running_client, shelf
from tests.worlds.world import write_world

SEARCH = """query ($text: String!, $user: ID, $kinds: [String!]) { search(text: $text, userId: $user, kinds: $kinds) {
  position recommended match item { id } } }"""
LOG = """query ($where: InteractionFilter, $first: Int!, $after: String) {
  interactions(where: $where, first: $first, after: $after) { endCursor hasNextPage
    interactions { userId interaction { eventId type at item { id } } } } }"""
TITLES = {
    "film-5": "Alien Night",
    "film-6": "Night of the Alien",
    "film-40": "Alien Alien Night Night",
    "film-7": "Nightfall: an alien tale",
    "book-6": "The alien night",
    "film-8": "Daylight",
}


@pytest.fixture(scope="module")
def client(connected_graph: Graph) -> Iterator[Client]:
    world = replace(shelf(), titles=TITLES)
    migrate(connected_graph)
    write_world(connected_graph, world)
    connected_graph.run_alone("maintain/await_indexes", seconds=30)
    with running_client(connected_graph) as running:
        yield running


def search(client: Client, text: str, **given: Any) -> list[str]:
    return [one["item"]["id"] for one in client.ask(SEARCH, text=text, **given)["search"]]


def test_all_words_must_be_there_and_may_be_beginnings(client: Client) -> None:
    assert set(search(client, "alien night")) == {"film-5", "film-6", "film-40", "film-7", "book-6"}
    assert set(search(client, "DAYL")) == {"film-8"}
    assert search(client, "alien daylight") == []


def test_without_a_user_the_best_match_comes_first(client: Client) -> None:
    found = client.ask(SEARCH, text="alien")["search"]
    matches = [one["match"] for one in found]
    assert matches == sorted(matches, reverse=True)
    assert not any(one["recommended"] for one in found)


def test_for_a_user_taste_comes_first_and_what_was_seen_last(client: Client) -> None:
    found = client.ask(SEARCH, text="alien", user="user-5", kinds=["film"])["search"]
    assert [one["item"]["id"] for one in found] == ["film-6", "film-7", "film-40", "film-5"]
    assert [one["recommended"] for one in found] == [True, True, True, False]
    assert [one["position"] for one in found] == [1, 2, 3, 4]


@pytest.mark.parametrize("text", ['"', "a:b^2 (", "title:*", "NOT alien OR", "x AND", "~*?\\", "😀"])
def test_what_means_something_to_lucene_means_nothing_here(client: Client, text: str) -> None:
    assert isinstance(search(client, text), list)


def test_words_are_asked_for_together() -> None:
    assert lucene("Alien: Night!") == "(alien OR alien*) AND (night OR night*)"
    assert lucene("?!") == ""


def test_nothing_is_asked_of_the_database_for_no_words(client: Client, connected_graph: Graph) -> None:
    assert client.watched(lambda: search_items(connected_graph, "?!", 5)) == []


def test_an_empty_text_is_refused(client: Client) -> None:
    assert client.refused(SEARCH, text="  ")["extensions"]["code"] == "BAD_INPUT"


def log(client: Client, first: int = 50, **where: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = client.ask(LOG, where=where or None, first=first, after=after)["interactions"]
        found += page["interactions"]
        after = page["endCursor"]
        if not page["hasNextPage"]:
            return found


def test_the_log_is_whole_newest_first_whatever_the_pages(client: Client) -> None:
    whole = log(client)
    ids = [one["interaction"]["eventId"] for one in whole]
    assert ids == [f"event-{k}" for k in range(19, -1, -1)]
    for where in ({}, {"userId": "user-1"}):
        assert log(client, 3, **where) == whole


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        ({"types": ["like"], "itemId": "film-3"}, ["event-3"]),
        ({"itemId": "film-2"}, ["event-2"]),
        ({"userId": "user-1", "itemId": "film-2"}, ["event-2"]),
        ({"userId": "user-2"}, []),
        ({"from": "2001-09-09T01:46:40.018Z"}, ["event-19", "event-18"]),
        ({"until": "2001-09-09T01:46:40.002Z"}, ["event-1", "event-0"]),
        ({"userId": "user-1", "until": "2001-09-09T01:46:40.001Z", "types": ["view"]}, ["event-0"]),
    ],
)
def test_the_log_is_filtered(client: Client, where: dict[str, Any], ids: list[str]) -> None:
    assert [one["interaction"]["eventId"] for one in log(client, **where)] == ids


@pytest.mark.parametrize(
    "where", [{"from": "2026-01-01T00:00:00"}, {"userId": " "}, {"types": ["x" * 300]}], ids=lambda one: next(iter(one))
)
def test_wrong_filters_are_refused(client: Client, where: dict[str, Any]) -> None:
    refused = client.refused(LOG, where=where, first=5)
    assert refused["extensions"]["code"] == "BAD_INPUT"
    assert "where." in refused["message"]
