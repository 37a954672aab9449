"""Explanations of the strategies that are Cypher: a path that exists in the graph, and a sentence in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from graph.client import Graph
from graph.explain import Audience, Companion, Rise, SharedTag, audiences, companions, rises, shared_tags
from graph.records import Explanation, PathEdge, PathNode
from recommend.protocol import Ask, Pair
from recommend.requests import explained
from recommend.settings import RecommendSettings
from recommend.states import with_pair_histories

Evidence = TypeVar("Evidence", Companion, SharedTag)
ANOTHER_USER = PathNode("User", "another-user", "another user")
"""Stands for any user but the one who asks: who it is must not be told, nor whether two are the same."""
WALKED_WEIGHT = 1.0
"""Stands for how much another user likes something, which is theirs to know."""
COUNTED = 10_000
"""Relationships of an item read to say how many people like it; more than these are estimated."""
WEEK = 7.0


def explain_popular(graph: Graph, pairs: Sequence[Pair]) -> list[Explanation | None]:
    """The item alone, and how many like it; None for an item that does not exist. One round trip."""
    found = audiences(graph, [item_id for _, item_id in pairs], COUNTED)
    return [_alone("popular", one.item, _popular(one)) if one else None for one in found]


def explain_trending(graph: Graph, pairs: Sequence[Pair], settings: RecommendSettings) -> list[Explanation | None]:
    """The item alone, and how many came to it of late; None for an item that does not rise. One round trip."""
    window, days = settings.trending_window_millis, settings.trending_window_days
    found = rises(graph, [item_id for _, item_id in pairs], window, COUNTED)
    return [_alone("trending", one.item, _trending(one, days)) if one else None for one in found]


def explain_co_occurrence(graph: Graph, pairs: Sequence[Pair], settings: RecommendSettings) -> list[Explanation | None]:
    """The liked item that carries most of the score, None where nothing does; `share` is its part. One round trip.

    The path is user, PREFERS, liked item, SIMILAR, item; or, where the score was counted over users in common,
    user, PREFERS, liked item, PREFERS backwards, another user, PREFERS, item. That other user is not told: the
    node is ANOTHER_USER, its edges weigh WALKED_WEIGHT, and one path stands for all such users.
    """
    pairs = with_pair_histories(graph, pairs)
    found = companions(
        graph,
        explained(pairs),
        form=settings.co_occurrence_form,
        measure=settings.similarity,
        shrink=settings.similarity_shrink,
        caps=settings.caps(),
    )
    return [
        _companion(ask.user_id, as_stored(ask, one)) if one else None
        for (ask, _), one in zip(pairs, found, strict=True)
    ]


def explain_content(graph: Graph, pairs: Sequence[Pair], settings: RecommendSettings) -> list[Explanation | None]:
    """The tag that carries most of the score, None where none does; `share` is its part. One round trip.

    The path is user, PREFERS, liked item, HAS_TAG, tag, HAS_TAG backwards, item, by way of the liked item that adds
    most to the user's liking of that tag.
    """
    pairs = with_pair_histories(graph, pairs)
    found = shared_tags(graph, explained(pairs), caps=settings.caps())
    return [
        _shared_tag(ask.user_id, as_stored(ask, one)) if one else None
        for (ask, _), one in zip(pairs, found, strict=True)
    ]


def as_stored(ask: Ask, found: Evidence) -> Evidence:
    """`found` with the weight of the like itself, where the score was made of what age leaves of it."""
    likings = () if ask.state is None else ask.state.likings
    return replace(found, weight=next((one.weight for one in likings if one.item_id == found.known.id), found.weight))


def _alone(strategy: str, item: PathNode, sentence: str) -> Explanation:
    return Explanation(strategy, sentence, (item,), ())


def because_of(strategy: str, user_id: str, found: Companion, reason: str) -> Explanation:
    """The path user, PREFERS, liked item, SIMILAR, item, with a `reason` why the one leads to the other."""
    nodes = (_you(user_id), found.known, found.item)
    edges = (PathEdge("PREFERS", found.weight), PathEdge("SIMILAR", found.similarity))
    return Explanation(strategy, f"Because you liked {found.known.title}: {reason}", nodes, edges, found.share)


def _companion(user_id: str, found: Companion) -> Explanation:
    reason = f"{_people(found.users)} also like {found.item.title}"
    explained = because_of("co-occurrence", user_id, found, reason)
    if not found.users:
        return explained
    walked = PathEdge("PREFERS", WALKED_WEIGHT, forward=False), PathEdge("PREFERS", WALKED_WEIGHT)
    nodes = (_you(user_id), found.known, ANOTHER_USER, found.item)
    return replace(explained, nodes=nodes, edges=(explained.edges[0], *walked))


def _shared_tag(user_id: str, found: SharedTag) -> Explanation:
    sentence = f"Because you like {found.tag.title}, as in {found.known.title}"
    nodes = (_you(user_id), found.known, found.tag, found.item)
    edges = (
        PathEdge("PREFERS", found.weight),
        PathEdge("HAS_TAG", found.known_has),
        PathEdge("HAS_TAG", found.item_has, forward=False),
    )
    return Explanation("content", sentence, nodes, edges, found.share)


def _popular(found: Audience) -> str:
    if found.likes == 0:
        return "Nobody has said that they like it yet"
    about = "" if found.exact else "about "
    return f"Popular: liked by {about}{found.likes:,} {'person' if found.likes == 1 else 'people'}"


def _trending(found: Rise, days: float) -> str:
    window = "this week" if days == WEEK else f"in the last {days:g} days"
    if not found.exact or found.recent <= found.previous:
        return f"Rising {window}: more people come to it than before"
    people = "person" if found.recent == 1 else "people"
    return f"Rising {window}: {found.recent:,} {people} came to it, {found.previous:,} in the {days:g} days before"


def _people(users: int) -> str:
    return f"{users} people who like it" if users > 1 else "people who like it"


def _you(user_id: str) -> PathNode:
    return PathNode("User", user_id, "you")
