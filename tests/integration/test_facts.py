"""The facts of a graph come out as they were put in, and count what its preferences count."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

import graph.facts
from graph.client import Graph
from graph.event_arrays import ALWAYS
from graph.facts import GraphFacts
from graph.ingest import record_events, write_items, write_users
from graph.records import Event, Item, User
from graph.settings import PopularitySettings, PreferenceSettings
from tests.worlds.derived import read_derived

START = datetime(2024, 1, 1, 12, 0, 0, 5000, tzinfo=UTC)
USERS = [User("ann", START, {"country": "NL", "age": 41}), User("bob"), User("cid"), User("émile")]
ITEMS = [
    Item("heat", "movie", "Heat", "A film", START, {"noir": 0.5, "crime": 1.0}, "Michael Mann", {"year": 1995}),
    Item("alien", "movie"),
    Item("nobody's", "book"),
]
EVENTS = [
    Event("e1", "ann", "heat", "rate", START, 5.0, "web", '{"a": 1}'),
    Event("e2", "ann", "heat", "rate", START - timedelta(days=1), 0.5),
    Event("e3", "ann", "alien", "dislike", START + timedelta(days=1)),
    Event("e4", "bob", "heat", "view", START),
    Event("e5", "bob", "heat", "unheard-of", START),
    Event("e6", "émile", "alien", "rate", START),
]
RULE = PreferenceSettings(weights={"view": 1.25}, default_weight=0.5, rating_midpoint=3.0)


@pytest.fixture
def facts(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> GraphFacts:
    """Facts that take several pages to read."""
    monkeypatch.setattr("graph.facts.PAGE", 2)
    monkeypatch.setattr("graph.facts.USERS_PER_PAGE", 2)
    write_users(graph, USERS)
    write_items(graph, ITEMS)
    record_events(graph, EVENTS, RULE, PopularitySettings())
    return GraphFacts(graph, RULE)


def test_users_items_and_events_are_as_they_were_written(facts: GraphFacts) -> None:
    assert graph.facts.PAGE == 2
    assert {user.id: user for user in facts.users()} == {user.id: user for user in USERS}
    assert {item.id: item for item in facts.items()} == {item.id: item for item in ITEMS}
    assert {event.event_id: event for event in facts.events()} == {event.event_id: event for event in EVENTS}


def test_arrays_count_what_preferences_count(facts: GraphFacts, graph: Graph) -> None:
    history = facts.arrays()
    sums: defaultdict[tuple[str, str], float] = defaultdict(float)
    for user, item, weight in zip(history.users, history.items, history.weights, strict=True):
        sums[history.user_ids[user], history.item_ids[item]] += weight
    assert dict(sums) == pytest.approx({pair: found.weight for pair, found in read_derived(graph).items()})
    assert sorted(history.weights.tolist()) == pytest.approx([-3.0, -2.0, 0.0, 0.5, 1.25, 1.6])


def test_arrays_know_when_everything_was_and_came_to_be(facts: GraphFacts) -> None:
    history = facts.arrays()
    millis = {event.event_id: round(event.at.timestamp() * 1000) for event in EVENTS}
    assert sorted(history.at.tolist()) == sorted(millis.values())
    since = round(START.timestamp() * 1000)
    assert dict(zip(history.user_ids, history.users_since.tolist(), strict=True)) == {
        "ann": since,
        "bob": ALWAYS,
        "cid": ALWAYS,
        "émile": ALWAYS,
    }
    assert dict(zip(history.item_ids, history.items_since.tolist(), strict=True)) == {
        "alien": ALWAYS,
        "heat": since,
        "nobody's": ALWAYS,
    }


def test_an_empty_graph_has_no_facts(graph: Graph) -> None:
    facts = GraphFacts(graph, RULE)
    assert (len(facts.arrays()), list(facts.users()), list(facts.items()), list(facts.events())) == (0, [], [], [])
