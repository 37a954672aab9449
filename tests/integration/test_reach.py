"""The filter by what can be reached in the graph: a fixed vocabulary, bounded, and exact within its bounds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graph.client import Graph
from graph.reach import Reach, Way, reached
from graph.schema import erase, migrate
from tests.worlds.api import Client, running_client, shelf
from tests.worlds.world import write_world

ASK = """query ($where: ItemFilter, $first: Int! = 20) {
  recommendations(userId: "user-5", first: $first, strategy: "co-occurrence", where: $where) {
    note recommendations { item { id } } } }"""


@pytest.fixture(scope="module")
def world(connected_graph: Graph) -> Graph:
    erase(connected_graph)
    migrate(connected_graph)
    write_world(connected_graph, shelf())
    return connected_graph


@pytest.fixture(scope="module")
def client(world: Graph) -> Iterator[Client]:
    with running_client(world) as running:
        yield running


def test_what_is_reached_by_each_way(world: Graph) -> None:
    one, two, tag, people, nobody = reached(
        world,
        [
            Reach("film-3", Way.SIMILAR),
            Reach("film-3", Way.SIMILAR, 2),
            Reach("film-1", Way.TAG),
            Reach("film-3", Way.PEOPLE),
            Reach("no-such-item", Way.PEOPLE, 2),
        ],
    )
    assert one == {"film-4", "film-5", "film-6"}
    assert two == {f"film-{k}" for k in range(4, 10)}
    assert tag == {f"film-{k}" for k in range(3, 80, 2)}
    # user-3 likes the book of that number; fan-3 of the films likes fan-3's book too.
    assert people == {"book-3"}
    assert nobody == frozenset()
    assert reached(world, []) == []


def test_items_of_one_creator(world: Graph) -> None:
    assert reached(world, [Reach("film-1", Way.CREATOR), Reach("film-2", Way.CREATOR)]) == [frozenset(), frozenset()]


def test_no_more_is_walked_than_is_allowed(world: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.reach.MOST_ITEMS", 5)
    (found,) = reached(world, [Reach("film-1", Way.TAG)])
    assert 4 <= len(found) <= 5


def test_only_what_is_reached_is_recommended_and_all_of_it(client: Client) -> None:
    where = {"reach": [{"itemId": "film-9", "way": "SIMILAR", "hops": 2}]}
    answer = client.ask(ASK, where=where)["recommendations"]
    assert {one["item"]["id"] for one in answer["recommendations"]} == {f"film-{k}" for k in range(10, 16)}
    both = {"reach": [*where["reach"], {"itemId": "film-1", "way": "TAG"}]}
    found = client.ask(ASK, where=both)["recommendations"]["recommendations"]
    assert {one["item"]["id"] for one in found} == {"film-11", "film-13", "film-15"}


@pytest.mark.parametrize(
    ("reach", "message"),
    [
        ([{"itemId": " ", "way": "TAG"}], "where.reach[0].itemId: is empty"),
        ([{"itemId": "a", "way": "TAG", "hops": 3}], "where.reach[0].hops: is 3; ask for 1 to 2"),
        ([{"itemId": "a", "way": "TAG"}] * 4, "where.reach: has 4 entries; 3 is the most"),
        ([{"itemId": "a", "way": "MATCH (n) RETURN n"}], "does not exist in 'ReachWay' enum"),
    ],
)
def test_wrong_reaches_are_refused(client: Client, reach: list[object], message: str) -> None:
    assert message in client.refused(ASK, where={"reach": reach})["message"]
