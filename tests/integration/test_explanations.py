"""Explanations in plain words, of paths that exist, for many pairs in one round trip."""

from __future__ import annotations

import pytest

from graph.client import Graph
from graph.records import Explanation, PathEdge, PathNode
from recommend.explanations import (
    ANOTHER_USER,
    explain_co_occurrence,
    explain_content,
    explain_popular,
    explain_trending,
)
from recommend.protocol import Ask
from recommend.settings import RecommendSettings
from tests.worlds.world import World, write_world

DAY = 86_400_000
NOW = 1_767_225_600_000
SETTINGS = RecommendSettings()
ONLINE = RecommendSettings(co_occurrence_form="online", similarity_shrink=0.0)
HEAT, CASINO = PathNode("Item", "heat", "Heat (1995)"), PathNode("Item", "casino", "Casino (1995)")
ANN = PathNode("User", "ann", "you")
WORLD = World(
    users=("ann", "bob", "cleo", "dan"),
    items=("heat", "casino", "alien", "bare"),
    titles={"heat": "Heat (1995)", "casino": "Casino (1995)", "alien": "Alien (1979)"},
    tags={("heat", "film-noir"): 1.0, ("casino", "film-noir"): 0.5, ("alien", "space"): 1.0, ("heat", "crime"): 0.2},
    prefers={
        ("ann", "heat"): 2.0,
        ("ann", "alien"): -1.0,
        ("bob", "heat"): 2.0,
        ("bob", "casino"): 1.0,
        ("cleo", "casino"): 3.0,
        ("dan", "casino"): -2.0,
    },
    similar={("heat", "casino", "co-occurrence"): 0.8, ("alien", "casino", "co-occurrence"): 0.9},
    events=(
        ("bob", "casino", "e1", "like", NOW),
        ("bob", "casino", "e2", "view", NOW - DAY),
        ("cleo", "casino", "e3", "like", NOW - 2 * DAY),
        ("dan", "casino", "e4", "dislike", NOW - DAY),
        ("cleo", "casino", "e5", "view", NOW - 8 * DAY),
        ("cleo", "casino", "e6", "view", NOW - 80 * DAY),
    ),
    trends={"casino": 0.7},
)


@pytest.fixture
def world(graph: Graph) -> Graph:
    write_world(graph, WORLD)
    return graph


def test_co_occurrence_names_the_liked_item(world: Graph) -> None:
    assert explain_co_occurrence(world, [(Ask("ann"), "casino")], SETTINGS) == [
        Explanation(
            "co-occurrence",
            "Because you liked Heat (1995): people who like it also like Casino (1995)",
            (ANN, HEAT, CASINO),
            (PathEdge("PREFERS", 2.0), PathEdge("SIMILAR", 0.8)),
            1.0,
        )
    ]


def test_co_occurrence_over_users_does_not_tell_who_they_are(world: Graph) -> None:
    (found,) = explain_co_occurrence(world, [(Ask("ann"), "casino")], ONLINE)
    assert found is not None
    assert found.nodes == (ANN, HEAT, ANOTHER_USER, CASINO)
    assert found.edges == (PathEdge("PREFERS", 2.0), PathEdge("PREFERS", 1.0, forward=False), PathEdge("PREFERS", 1.0))
    assert "bob" not in repr(found)


def test_content_names_the_tag(world: Graph) -> None:
    (found,) = explain_content(world, [(Ask("ann"), "casino")], SETTINGS)
    assert found is not None
    assert found.sentence == "Because you like film-noir, as in Heat (1995)"
    assert found.nodes == (ANN, HEAT, PathNode("Tag", "film-noir", "film-noir"), CASINO)
    assert found.edges == (
        PathEdge("PREFERS", 2.0),
        PathEdge("HAS_TAG", 1.0),
        PathEdge("HAS_TAG", 0.5, forward=False),
    )
    assert found.share == pytest.approx(1.0)


def test_popular_counts_likes_not_dislikes(world: Graph) -> None:
    casino, heat, bare, unknown = explain_popular(
        world, [(Ask("ann"), i) for i in ("casino", "heat", "bare", "nothing")]
    )
    assert casino == Explanation("popular", "Popular: liked by 2 people", (CASINO,), ())
    assert heat is not None
    assert heat.sentence == "Popular: liked by 2 people"
    assert bare is not None
    assert bare.sentence == "Nobody has said that they like it yet"
    assert unknown is None


def test_trending_compares_the_week_with_the_one_before(world: Graph) -> None:
    casino, flat = explain_trending(world, [(Ask("ann"), "casino"), (Ask("ann"), "heat")], SETTINGS)
    assert casino is not None
    assert casino.sentence == "Rising this week: 2 people came to it, 1 in the 7 days before"
    assert flat is None


@pytest.mark.parametrize("explain", [explain_co_occurrence, explain_content])
def test_nothing_is_made_up(world: Graph, explain: object) -> None:
    asked = [("nobody", "casino"), ("ann", "nothing"), ("ann", "bare"), ("dan", "heat"), ("ann", "casino")]
    pairs = [(Ask(user), item) for user, item in asked]
    found = explain(world, pairs, SETTINGS)  # type: ignore[operator]  # one of the two functions above
    assert [one is None for one in found] == [True, True, True, True, False]


def test_an_item_is_no_evidence_for_itself(world: Graph) -> None:
    assert explain_content(world, [(Ask("ann"), "heat")], SETTINGS) == [None]


def test_one_round_trip_for_all_pairs(world: Graph) -> None:
    seen: list[str] = []
    world.observe = seen.append
    pairs = [(Ask("ann"), "casino"), (Ask("bob"), "alien"), (Ask("ann"), "casino")]
    first, _, again = explain_co_occurrence(world, pairs, SETTINGS)
    explain_content(world, pairs, SETTINGS)
    explain_popular(world, pairs)
    explain_trending(world, pairs, SETTINGS)
    world.observe = lambda _name: None
    assert first == again
    assert seen == [f"explain/why_{name}" for name in ("co_occurrence", "content", "popular", "trending")]
