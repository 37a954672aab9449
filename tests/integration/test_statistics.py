"""Sizes, histories and what serves, read straight from the graph."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graph.client import Graph
from graph.errors import UnknownUser
from graph.history import newest_events, strongest_preferences
from graph.models import RunFacts, activate, finish_run, start_run
from graph.similar_reasons import similar_reasons
from graph.slots import claim_slot
from graph.statistics import EventTypes, counts, event_types, item_kinds, require_answer, serving_runs, typical_user
from tests.worlds.api import shelf
from tests.worlds.world import World, write_world


def test_an_empty_graph_has_nothing(graph: Graph) -> None:
    sizes = counts(graph)
    assert (sizes.users, sizes.items, sizes.events) == (0, 0, 0)
    assert item_kinds(graph) == {}
    assert event_types(graph) == EventTypes({}, 0, None)
    assert serving_runs(graph) == []
    assert newest_events(graph, ["nobody"], 5) == {}
    assert strongest_preferences(graph, ["nobody"], 5) == {}
    require_answer(graph)


def test_only_the_newest_events_are_counted(graph: Graph) -> None:
    events = [("u", "i", f"e{k}", "view" if k < 7 else "like", 1_000 * k) for k in range(10)]
    write_world(graph, World(users=("u",), items=("i",), events=tuple(events)))
    found = event_types(graph, newest=5)
    assert (dict(found.by_type), found.looked_at) == ({"like": 3, "view": 2}, 5)
    assert found.newest_at == datetime(1970, 1, 1, 0, 0, 9, tzinfo=UTC)
    assert dict(event_types(graph).by_type) == {"view": 7, "like": 3}


def test_a_typical_user_is_the_first_with_some_history_and_not_too_much(graph: Graph) -> None:
    items = tuple(f"i{k}" for k in range(6))
    sizes = {"u1": 6, "u2": 1, "u10": 3, "u3": 2}
    prefers = {(user, item): 1.0 for user, size in sizes.items() for item in items[:size]}
    write_world(graph, World(users=tuple(sizes), items=items, prefers=prefers))
    assert typical_user(graph, least=2, most=5) == "u3"
    with pytest.raises(UnknownUser, match="edgewise load"):
        typical_user(graph, least=7, most=9)


def test_the_run_that_serves_comes_with_its_metrics(graph: Graph) -> None:
    for run_id in ("old", "new"):
        start_run(graph, "lightgcn", run_id, settings={}, versions={})
        claim_slot(graph, "lightgcn", run_id)
        facts = RunFacts(
            embedding_size=64, users=3, items=4, preferences=5, seconds=1.5,
            data_cut=datetime(2026, 1, 1, tzinfo=UTC), metrics={"ndcg@10": 0.25},
        )  # fmt: skip
        finish_run(graph, run_id, facts)
        activate(graph, run_id)
    (run,) = serving_runs(graph)
    assert (run.model, run.run_id, run.embedding_size, run.users, run.items) == ("lightgcn", "new", 64, 3, 4)
    assert dict(run.metrics) == {"ndcg@10": 0.25}
    assert abs((datetime.now(UTC) - run.created_at).total_seconds()) < 3_600


@pytest.mark.parametrize(
    ("pair", "by", "strategy", "sentence"),
    [
        (("a", "b"), None, "co-occurrence", "People who like A also like B"),
        (("a", "b"), "content", "content", "B and A share the tags y, x and z"),
        (("b", "a"), "content", "content", "A and B share the tags y, x and z"),
        (("a", "c"), None, "content", "C and A share the tag y"),
        (("a", "d"), None, "content", "d is similar to A"),
        (("b", "c"), None, "popular", "C is popular among items of the kind movie"),
    ],
)
def test_why_items_are_alike(graph: Graph, pair: tuple[str, str], by: str | None, strategy: str, sentence: str) -> None:
    tags = {(item, tag): 1.0 if tag == "y" else 0.5 for item in "ab" for tag in "xyz"} | {("c", "y"): 0.2}
    similar = {("a", "b", "content"): 0.9, ("a", "b", "co-occurrence"): 0.1, ("b", "a", "content"): 0.9}
    similar |= {("a", "c", "content"): 0.4, ("a", "d", "content"): 0.3}
    titles = {"a": "A", "b": "B", "c": "C"}
    write_world(graph, World(users=(), items=tuple("abcd"), tags=tags, similar=similar, titles=titles))
    gone, reason = similar_reasons(graph, [("a", "gone"), pair], by)
    assert gone is None
    assert reason is not None
    assert (reason.strategy, reason.sentence) == (strategy, sentence)
    assert [node.id for node in reason.nodes] == ([pair[1]] if strategy == "popular" else list(pair))
    scores = [similar[*pair, strategy]] if strategy != "popular" else []
    assert [edge.weight for edge in reason.edges] == scores


def test_preferences_are_strongest_first_and_histories_newest_first(graph: Graph) -> None:
    write_world(graph, shelf())
    found = strongest_preferences(graph, ["user-1", "user-1", "fan-3"], first=2)
    assert [(one.item_id, one.weight, one.events) for one in found["user-1"]] == [
        ("book-1", 3.0, 1),
        ("film-1", 3.0, 1),
    ]
    assert {one.item_id for one in found["fan-3"]} == {"book-3", "film-3"}
    assert [event.event_id for event in newest_events(graph, ["user-1"], first=3)["user-1"]] == [
        "event-19", "event-18", "event-17",
    ]  # fmt: skip
