"""On small random graphs an explanation is the best path that plain NetworkX finds, by the rule of the strategy."""

from __future__ import annotations

import math
from itertools import product

import networkx as nx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graph import candidates, explain
from graph.candidates import Wanted
from graph.client import Graph
from graph.explain import Explained
from graph.records import Explanation
from recommend.explanations import ANOTHER_USER, explain_co_occurrence, explain_content
from recommend.protocol import Ask
from recommend.settings import RecommendSettings
from tests.worlds.world import World, write_world

USERS, ITEMS, TAGS = ("u0", "u1", "u2", "u3"), ("i0", "i1", "i2", "i3", "i4"), ("t0", "t1", "t2")
PAIRS = [*product(USERS, ITEMS)]
ASKED = [(Ask(user), item) for user, item in PAIRS]
EDGES = RecommendSettings(co_occurrence_form="similar")
WALKS = RecommendSettings(co_occurrence_form="online", similarity_shrink=2.0)
few = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),  # shrinking a failure would take minutes of writing worlds
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

weights = st.sampled_from([-2.0, -0.5, 0.5, 1.0, 1.7, 3.0])
scores = st.floats(0.05, 1.0)
worlds = st.builds(
    World,
    users=st.just(USERS),
    items=st.just(ITEMS),
    tags=st.dictionaries(st.sampled_from([*product(ITEMS, TAGS)]), scores, max_size=10),
    prefers=st.dictionaries(st.sampled_from(PAIRS), weights, min_size=4, max_size=14),
    similar=st.dictionaries(
        st.sampled_from([(a, b, "co-occurrence") for a, b in product(ITEMS, ITEMS) if a != b]), scores, max_size=12
    ),
)


def network(world: World) -> nx.MultiDiGraph[str]:
    """The world as NetworkX has it: an edge per relationship, keyed by its type."""
    made: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    made.add_nodes_from([*world.users, *world.items])
    for (user, item), weight in world.prefers.items():
        made.add_edge(user, item, "PREFERS", weight=weight)
    for (item, other, _), score in world.similar.items():
        made.add_edge(item, other, "SIMILAR", weight=score)
    for (item, tag), weight in world.tags.items():
        made.add_edge(item, tag, "HAS_TAG", weight=weight)
    return made


def outgoing(made: nx.MultiDiGraph[str], node: str, kind: str) -> dict[str, float]:
    """Where the relationships of a type lead to, with their weights."""
    return {target: made[node][target][kind]["weight"] for target in made[node] if made.has_edge(node, target, kind)}


def likes(made: nx.MultiDiGraph[str], user: str, besides: str) -> dict[str, float]:
    """What a user likes, except for the item that is to be explained."""
    return {item: weight for item, weight in outgoing(made, user, "PREFERS").items() if weight > 0 and item != besides}


def parts_by_edges(made: nx.MultiDiGraph[str], user: str, item: str) -> dict[str, float]:
    """Each liked item's part: the product along the path user, liked item, item."""
    return {
        known: weight * made[known][item]["SIMILAR"]["weight"]
        for known, weight in likes(made, user, item).items()
        if made.has_edge(known, item, "SIMILAR")
    }


def parts_by_walks(made: nx.MultiDiGraph[str], user: str, item: str) -> dict[str, float]:
    """Each liked item's part by the users in common: shrunk cosine times weight."""
    parts = {}
    for known, weight in likes(made, user, item).items():
        common = sum(
            other != user and {known, item} <= likes(made, other, "").keys()
            for other, _, _ in made.in_edges(known, keys=True)
        )
        if common:
            cosine = common / math.sqrt(degree(made, known) * degree(made, item))
            parts[known] = weight * cosine * common / (common + WALKS.similarity_shrink)
    return parts


def degree(made: nx.MultiDiGraph[str], item: str) -> int:
    return sum(kind == "PREFERS" for _, _, kind in made.in_edges(item, keys=True))


def says(made: nx.MultiDiGraph[str], item: str) -> dict[str, float]:
    """An item's TF-IDF weight per tag."""
    return {
        tag: weight * math.log(len(ITEMS) / made.in_degree(tag))
        for tag, weight in outgoing(made, item, "HAS_TAG").items()
    }


def parts_by_tags(made: nx.MultiDiGraph[str], user: str, item: str) -> dict[tuple[str, str], float]:
    """The part of each (tag, liked item): the path user, liked item, tag, item."""
    of_item = says(made, item)
    parts = {}
    for known, weight in likes(made, user, item).items():
        of_known = says(made, known)
        length = math.hypot(*of_known.values())
        for tag in of_known.keys() & of_item.keys() if length else ():
            parts[tag, known] = weight * of_known[tag] / length * of_item[tag]
    return parts


def exists(world: World, found: Explanation) -> bool:
    """Whether each step is a relationship of the world, in its direction and with its weight."""
    made = network(world)
    for position, edge in enumerate(found.edges):
        ends = found.nodes[position : position + 2]
        source, target = (ends if edge.forward else ends[::-1])[0].id, (ends if edge.forward else ends[::-1])[1].id
        if ANOTHER_USER in ends:
            continue
        if not made.has_edge(source, target, edge.type) or made[source][target][edge.type]["weight"] != edge.weight:
            return False
    return True


def someone_likes_both(world: World, one: str, other: str, besides: str) -> bool:
    return any(
        world.prefers.get((user, one), 0) > 0 and world.prefers.get((user, other), 0) > 0
        for user in USERS
        if user != besides
    )


@few
@given(world=worlds)
def test_co_occurrence_by_edges(graph: Graph, world: World) -> None:
    write_world(graph, world)
    made = network(world)
    for (user, item), found in zip(PAIRS, explain_co_occurrence(graph, ASKED, EDGES), strict=True):
        parts = parts_by_edges(made, user, item)
        assert (found is None) == (not parts)
        if found:
            best = max(parts.values())
            assert parts[found.nodes[1].id] == pytest.approx(best)
            assert found.share == pytest.approx(best / sum(parts.values()))
            assert exists(world, found)


@few
@given(world=worlds)
def test_co_occurrence_by_walks(graph: Graph, world: World) -> None:
    write_world(graph, world)
    made = network(world)
    for (user, item), found in zip(PAIRS, explain_co_occurrence(graph, ASKED, WALKS), strict=True):
        parts = parts_by_walks(made, user, item)
        assert (found is None) == (not parts)
        if found:
            best = max(parts.values())
            assert parts[found.nodes[1].id] == pytest.approx(best)
            assert found.share == pytest.approx(best / sum(parts.values()))
            assert exists(world, found)
            assert someone_likes_both(world, found.nodes[1].id, item, user)


@few
@given(world=worlds)
def test_content(graph: Graph, world: World) -> None:
    write_world(graph, world)
    made = network(world)
    for (user, item), found in zip(PAIRS, explain_content(graph, ASKED, EDGES), strict=True):
        parts = parts_by_tags(made, user, item)
        by_tag = {tag: sum(part for (other, _), part in parts.items() if other == tag) for tag, _ in parts}
        total = sum(by_tag.values())
        assert (found is None) == (total <= 0)
        if found:
            _, known, tag, _ = (node.id for node in found.nodes)
            assert by_tag[tag] == pytest.approx(max(by_tag.values()))
            assert parts[tag, known] == pytest.approx(max(part for (other, _), part in parts.items() if other == tag))
            assert found.share == pytest.approx(by_tag[tag] / total)
            assert exists(world, found)


@few
@given(world=worlds)
def test_the_rule_is_that_of_the_strategies(graph: Graph, world: World) -> None:
    """What is explained is the score that the strategy gave, not another one."""
    write_world(graph, world)
    wanted = [Wanted(user, len(ITEMS)) for user in USERS]
    for chosen in (EDGES, WALKS):
        form, measure, shrink = chosen.co_occurrence_form, chosen.similarity, chosen.similarity_shrink
        caps = chosen.caps()
        found = candidates.co_occurrence(graph, wanted, form=form, measure=measure, shrink=shrink, caps=caps)
        pairs = [Explained(user, one.item_id) for user, scored in zip(USERS, found, strict=True) for one in scored]
        told = explain.companions(graph, pairs, form=form, measure=measure, shrink=shrink, caps=caps)
        assert [one.score for one in told if one] == pytest.approx([one.score for s in found for one in s])
    tasted = candidates.content(graph, wanted, caps=EDGES.caps())
    pairs = [Explained(user, one.item_id) for user, scored in zip(USERS, tasted, strict=True) for one in scored]
    shared = explain.shared_tags(graph, pairs, caps=EDGES.caps())
    assert [one.score for one in shared if one] == pytest.approx([one.score for s in tasted for one in s])
