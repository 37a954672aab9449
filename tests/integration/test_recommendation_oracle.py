"""On small random graphs each strategy scores what a plain NetworkX walk scores, whichever way it takes."""

from __future__ import annotations

import math
from itertools import product

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.client import Graph
from graph.records import Scored
from graph.similarity import weigh_tags
from recommend.co_occurrence import CoOccurrenceRecommender
from recommend.content import ContentRecommender
from recommend.maintain import refresh_co_occurrence, refresh_content
from recommend.protocol import Ask
from recommend.registry import strategies
from recommend.service import RecommendationService
from recommend.settings import Measure, RecommendSettings
from tests.worlds.world import World, write_world

USERS, ITEMS, TAGS = ("u0", "u1", "u2", "u3", "u4"), ("i0", "i1", "i2", "i3", "i4", "i5"), ("t0", "t1", "t2")
few = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
weights = st.sampled_from([-2.0, -0.5, 0.5, 1.0, 1.7, 3.0])
worlds = st.builds(
    World,
    users=st.just(USERS),
    items=st.just(ITEMS),
    tags=st.dictionaries(st.sampled_from([*product(ITEMS, TAGS)]), st.sampled_from([0.1, 0.5, 1.0]), max_size=12),
    prefers=st.dictionaries(st.sampled_from([*product(USERS, ITEMS)]), weights, min_size=5, max_size=22),
)
measures = st.sampled_from(["cosine", "jaccard", "lift"])
shrinks = st.sampled_from([0.0, 2.0])


def network(world: World) -> nx.Graph[str]:
    """Users, items and tags; an edge's weight is that of the preference or the tag."""
    made: nx.Graph[str] = nx.Graph()
    made.add_nodes_from([*world.users, *world.items])
    made.add_weighted_edges_from((user, item, weight) for (user, item), weight in world.prefers.items())
    made.add_weighted_edges_from((item, tag, weight) for (item, tag), weight in world.tags.items())
    return made


def neighbours(made: nx.Graph[str], node: str, kind: str, above: float = -math.inf) -> dict[str, float]:
    """Neighbours whose name starts with `kind`, with the edge's weight where it is over `above`."""
    found = {other: made[node][other]["weight"] for other in made[node] if other.startswith(kind)}
    return {other: weight for other, weight in found.items() if weight > above}


def similarity(made: nx.Graph[str], one: str, other: str, measure: Measure, shrink: float) -> float:
    """Users that like both, normalised by how many know either."""
    common = len(neighbours(made, one, "u", 0) & neighbours(made, other, "u", 0).keys())
    d, e = len(neighbours(made, one, "u")), len(neighbours(made, other, "u"))
    if not common:
        return 0.0
    measured = {
        "cosine": common / math.sqrt(d * e),
        "jaccard": common / (d + e - common),
        "lift": common * len(USERS) / (d * e),
    }
    return measured[measure] * common / (common + shrink)


def says(made: nx.Graph[str], item: str) -> dict[str, float]:
    """An item's TF-IDF weight per tag."""
    return {
        tag: weight * math.log(len(ITEMS) / len(neighbours(made, tag, "i")))
        for tag, weight in neighbours(made, item, "t").items()
    }


def cosine(one: dict[str, float], other: dict[str, float]) -> float:
    lengths = math.hypot(*one.values()) * math.hypot(*other.values())
    return sum(one[tag] * other[tag] for tag in one.keys() & other.keys()) / lengths if lengths else 0.0


def by_co_occurrence(made: nx.Graph[str], user: str, measure: Measure, shrink: float) -> dict[str, float]:
    """Each unseen item's score: the sum over likes of weight times similarity."""
    scores = {
        item: sum(
            weight * similarity(made, known, item, measure, shrink)
            for known, weight in neighbours(made, user, "i", 0).items()
        )
        for item in ITEMS
        if item not in neighbours(made, user, "i")
    }
    return {item: score for item, score in scores.items() if score > 0}


def by_content(made: nx.Graph[str], user: str) -> dict[str, float]:
    """Each unseen item's cosine with the sum of the liked items' vectors at length 1."""
    profile: dict[str, float] = {}
    for known, weight in neighbours(made, user, "i", 0).items():
        vector = says(made, known)
        for tag, value in vector.items() if math.hypot(*vector.values()) else ():
            profile[tag] = profile.get(tag, 0.0) + weight * value / math.hypot(*vector.values())
    scores = {item: cosine(profile, says(made, item)) for item in ITEMS if item not in neighbours(made, user, "i")}
    return {item: score for item, score in scores.items() if score > 0}


def assert_same(found: list[Scored], expected: dict[str, float]) -> None:
    assert {one.item_id: one.score for one in found if one.score > 0} == pytest.approx(expected)
    assert found == sorted(found, key=lambda one: (-one.score, one.item_id))


@few
@given(world=worlds, measure=measures, shrink=shrinks)
def test_co_occurrence_by_walks_and_by_edges(graph: Graph, world: World, measure: Measure, shrink: float) -> None:
    write_world(graph, world)
    made = network(world)
    for form in ("online", "auto", "similar"):
        if form == "similar":
            refresh_co_occurrence(graph, RecommendSettings(similarity=measure, similarity_shrink=shrink), "run")
        chosen = RecommendSettings(co_occurrence_form=form, similarity=measure, similarity_shrink=shrink)
        answers = CoOccurrenceRecommender(graph, chosen).candidates([Ask(user) for user in USERS])
        for user, found in zip(USERS, answers, strict=True):
            assert_same(found, by_co_occurrence(made, user, measure, shrink))


@few
@given(world=worlds)
def test_content_before_and_after_tags_are_weighed(graph: Graph, world: World) -> None:
    write_world(graph, world)
    made = network(world)
    for weighed in (False, True):
        if weighed:
            weigh_tags(graph)
        answers = ContentRecommender(graph, RecommendSettings()).candidates([Ask(user) for user in USERS])
        for user, found in zip(USERS, answers, strict=True):
            assert_same(found, by_content(made, user))


@few
@given(world=worlds, measure=measures)
def test_similar_items(graph: Graph, world: World, measure: Measure) -> None:
    write_world(graph, world)
    made = network(world)
    chosen = RecommendSettings(similarity=measure)
    refresh_co_occurrence(graph, chosen, "run")
    refresh_content(graph, chosen, "run")
    service = RecommendationService(graph, strategies(graph, chosen), chosen)
    for by in ("co-occurrence", "content"):
        for item, found in zip(ITEMS, service.similar(ITEMS, by=by), strict=True):
            scores = {
                other: similarity(made, item, other, measure, 0.0)
                if by == "co-occurrence"
                else cosine(says(made, item), says(made, other))
                for other in ITEMS
                if other != item
            }
            assert_same(found, {other: score for other, score in scores.items() if score > 0})
