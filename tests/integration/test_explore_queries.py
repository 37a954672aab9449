"""The queries for people: each runs as it is pasted, on a graph with something to show and on an empty one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from neo4j.graph import Path

from graph.bandit import update_bandit
from graph.client import Graph, Row
from graph.impressions import Shown, ShownItem, record_impressions
from graph.queries import load_queries
from graph.settings import FeedbackSettings
from tests.worlds.reactions import react
from tests.worlds.world import World, write_world

QUERIES = sorted(name for name in load_queries() if name.startswith("explore/"))
MOMENT = 1_767_225_600_000
WORLD = World(
    users=("ann", "bob"),
    items=("heat", "casino", "alien"),
    tags={("heat", "noir"): 1.0, ("casino", "noir"): 0.5},
    prefers={("ann", "heat"): 2.0, ("ann", "alien"): -1.0, ("bob", "heat"): 1.0, ("bob", "casino"): 3.0},
    similar={("heat", "casino", "co-occurrence"): 0.8},
    events=(("ann", "heat", "e1", "like", MOMENT), ("bob", "casino", "e2", "view", MOMENT)),
)


SHOWN = Shown(
    "r1",
    "ann",
    "visit",
    datetime(2026, 1, 2, tzinfo=UTC),
    "hybrid",
    "hybrid",
    (ShownItem("casino", 1, "hybrid", 2.0), ShownItem("gone", 2, "popular", 1.0)),
    arm="blend",
    group="1-4",
)


def relationships(row: Row) -> list[str]:
    """The types along the paths of a row, in order."""
    paths = [value for value in row.values() if isinstance(value, Path)]
    return [step.type for path in paths for step in path.relationships]


@pytest.mark.parametrize("name", QUERIES)
def test_a_pasted_query_runs_without_parameters(graph: Graph, name: str) -> None:
    assert load_queries()[name].parameters == ()
    assert load_queries()[name].mode == "read"
    graph.read(name)
    write_world(graph, WORLD)
    record_impressions(graph, [SHOWN, replace(SHOWN, request_id="r2", user_id=None)])
    react(graph, "r2", item="casino")
    update_bandit(graph, FeedbackSettings(), hours=100_000, fewest=1)
    rows = graph.read(name)
    assert rows or name == "explore/runs_that_serve"


EXPECTED = {
    "taste_of_a_user": ["PREFERS", "HAS_TAG"],
    "why_two_items_are_alike": ["SIMILAR", "PREFERS", "PREFERS"],
    "users_most_alike": ["PREFERS", "PREFERS"],
    "dislikes": ["PREFERS"],
    "co_occurrence_paths": ["PREFERS", "SIMILAR"],
    "audience_of_an_item": ["PREFERS", "PREFERS"],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_paths_are_drawn(graph: Graph, name: str) -> None:
    write_world(graph, WORLD)
    assert relationships(graph.read(f"explore/{name}")[0]) == EXPECTED[name]


def test_tables_count_right(graph: Graph) -> None:
    write_world(graph, WORLD)
    counts = {row["what"]: row["count"] for row in graph.read("explore/what_is_where")}
    assert (counts["(:User)"], counts["(:Item)"], counts["-[:PREFERS]->"], counts["-[:BY]->"]) == (2, 3, 4, 0)
    months = [(row["type"], row["events"], row["users"]) for row in graph.read("explore/events_by_month")]
    assert months == [("like", 1, 1), ("view", 1, 1)]
    kinds = [(row["kind"], row["rank"], row["item"], row["users"]) for row in graph.read("explore/popular_by_kind")]
    assert kinds == [("movie", 1, "casino", 1), ("movie", 2, "heat", 2), ("movie", 3, "alien", 1)]
    assert graph.read("explore/tags_of_a_taste") == [{"user": "ann", "tag": "noir", "liking": 2.0, "items": 1}]


def test_what_was_shown_is_told_by_position(graph: Graph) -> None:
    write_world(graph, WORLD)
    record_impressions(graph, [SHOWN])
    rows = graph.read("explore/what_was_shown")
    assert [(row["position"], row["itemId"], row["score"], row["taken"]) for row in rows] == [
        (1, "casino", 2.0, False),
        (2, "gone", 1.0, False),
    ]
    assert {row["viewer"] for row in rows} == {"ann"}


def test_what_arms_earned_is_told_by_group(graph: Graph) -> None:
    write_world(graph, WORLD)
    record_impressions(graph, [SHOWN])
    update_bandit(graph, FeedbackSettings(), hours=100_000, fewest=1)
    (row,) = graph.read("explore/what_arms_earned")
    assert (row["bandit"], row["group"], row["arm"], row["trials"], row["meanReward"]) == (
        "auto",
        "1-4",
        "blend",
        1,
        0.0,
    )
