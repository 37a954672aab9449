"""Users and items by id."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graph.catalog import items_by_id, users_by_id
from graph.client import Graph
from graph.ingest import write_items, write_users
from graph.records import Item, User
from tests.worlds.checkerboard import properties, teach, write_checkerboard

HEAT = Item(
    "1",
    "movie",
    "Heat",
    "Two men.",
    datetime(1995, 12, 15, 12, 30, 0, 125_000, tzinfo=UTC),
    {"crime": 1.0, "city": 0.5},
    "Michael Mann",
    {"year": 1995, "rated": "R", "rating": 8.3, "long": True},
)
ANN = User("ann", datetime(2026, 1, 1, tzinfo=UTC), {"country": "NL", "age": 40})


def test_what_was_written_comes_back(graph: Graph) -> None:
    write_items(graph, [HEAT, Item("2")])
    write_users(graph, [ANN, User("bob")])
    assert items_by_id(graph, ["1", "2", "3", "1"]) == {"1": HEAT, "2": items_by_id(graph, ["2"])["2"]}
    assert list(items_by_id(graph, ["1"])["1"].tags) == ["crime", "city"]
    assert users_by_id(graph, ["ann", "nobody"]) == {"ann": ANN}
    assert users_by_id(graph, ["bob"])["bob"].properties == {}


def test_derived_properties_are_not_public(graph: Graph) -> None:
    write_checkerboard(graph)
    teach(graph)
    assert items_by_id(graph, ["i02"])["i02"].properties == properties("i02")
    assert users_by_id(graph, ["u00"])["u00"].properties == {}


def test_one_round_trip_and_none_for_nothing(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    write_items(graph, [HEAT, Item("2")])
    ran: list[str] = []
    monkeypatch.setattr(graph, "observe", ran.append)
    assert items_by_id(graph, []) == {}
    assert users_by_id(graph, []) == {}
    items_by_id(graph, ["1", "2"])
    assert ran == ["recommend/items_by_id"]
