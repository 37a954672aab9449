"""What a score was made of: the evidence that carried most of it, for many (user, item) pairs in one round trip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graph.candidates import WalkCaps
from graph.client import Graph, Row
from graph.records import PathNode
from graph.user_states import Liking, given


@dataclass(frozen=True, slots=True)
class Explained:
    """An item that was recommended to a user; `likings`, unless None, take the place of the user's preferences."""

    user_id: str
    item_id: str
    likings: tuple[Liking, ...] | None = None


def columns_of(pairs: Sequence[Explained]) -> dict[str, list[Any]]:
    """The parameters that queries of explanations take pairs by."""
    return {
        "userIds": [one.user_id for one in pairs],
        "itemIds": [one.item_id for one in pairs],
        "likes": [given(one.likings) for one in pairs],
    }


@dataclass(frozen=True, slots=True)
class Audience:
    """How many like an item: an estimate, not `exact`, where it has more preferences than were counted."""

    item: PathNode
    likes: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Rise:
    """Different users who like an item and came to it in the newest window, and in the one before.

    `exact` is False where the item has more events than were counted.
    """

    item: PathNode
    recent: int
    previous: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Companion:
    """The liked item that carries most of a score by co-occurrence, or by the learned item-item model.

    `similarity` is its SIMILAR edge's score, or was counted over users in common, `users` of which were walked (0: an
    edge). `share` is its part of `score` in (0, 1], or of what speaks for the item where something speaks against it.
    """

    known: PathNode
    item: PathNode
    weight: float
    similarity: float
    users: int
    share: float
    score: float


@dataclass(frozen=True, slots=True)
class SharedTag:
    """The tag that carries most of a content score, and the liked item that says most about it.

    `weight` is the preference for `known`; `known_has` and `item_has` are the weights of HAS_TAG. `share` is the tag's
    part of `score` in (0, 1].
    """

    known: PathNode
    tag: PathNode
    item: PathNode
    weight: float
    known_has: float
    item_has: float
    share: float
    score: float


def audiences(graph: Graph, item_ids: Sequence[str], walk_cap: int) -> list[Audience | None]:
    """How many like each item; None for one that does not exist."""
    rows = graph.read("explain/why_popular", itemIds=list(item_ids), walkCap=walk_cap)
    found = {row["position"]: _audience(row) for row in rows}
    return [found.get(position) for position in range(len(item_ids))]


def rises(graph: Graph, item_ids: Sequence[str], window_millis: int, walk_cap: int) -> list[Rise | None]:
    """How each item's audience grew from one window to the next; the newest ends with the newest event in the graph.

    None for an item that does not exist or has no trend above 0.
    """
    rows = graph.read("explain/why_trending", itemIds=list(item_ids), windowMillis=window_millis, walkCap=walk_cap)
    found = {
        row["position"]: Rise(_item(row), row["recent"], row["previous"], exact=row["counted"] == row["all"])
        for row in rows
    }
    return [found.get(position) for position in range(len(item_ids))]


def companions(
    graph: Graph, pairs: Sequence[Explained], *, form: str, measure: str, shrink: float, caps: WalkCaps
) -> list[Companion | None]:
    """What carries each co-occurrence score, by the rule of `candidates.co_occurrence`; None where it is 0."""
    rows = graph.read(
        "explain/why_co_occurrence",
        **columns_of(pairs),
        form=form,
        measure=measure,
        shrink=shrink,
        historyWalk=caps.history_walk,
        historyCap=caps.history,
        walkCap=caps.walk,
        usersCap=caps.users,
        itemsCap=caps.items,
    )
    found = {row["position"]: companion(row) for row in rows}
    return [found.get(position) for position in range(len(pairs))]


def shared_tags(graph: Graph, pairs: Sequence[Explained], *, caps: WalkCaps) -> list[SharedTag | None]:
    """What carries each content score, by the rule of `candidates.content`; None where it is 0."""
    rows = graph.read(
        "explain/why_content",
        **columns_of(pairs),
        historyWalk=caps.history_walk,
        historyCap=caps.history,
        tagsCap=caps.tags,
    )
    found = {row["position"]: _shared_tag(row) for row in rows}
    return [found.get(position) for position in range(len(pairs))]


def _audience(row: Row) -> Audience:
    exact = row["counted"] == row["all"]
    likes = row["likes"] if exact else round(row["likes"] * row["all"] / row["counted"])
    return Audience(_item(row), likes, exact=exact)


def companion(row: Row) -> Companion:
    """From the columns itemId, itemTitle, knownId, knownTitle, weight, similarity, users, share, score."""
    return Companion(
        known=_known(row),
        item=_item(row),
        weight=row["weight"],
        similarity=row["similarity"],
        users=row["users"],
        share=row["share"],
        score=row["score"],
    )


def _shared_tag(row: Row) -> SharedTag:
    return SharedTag(
        known=_known(row),
        tag=PathNode("Tag", row["tag"], row["tag"]),
        item=_item(row),
        weight=row["weight"],
        known_has=row["knownHas"],
        item_has=row["itemHas"],
        share=row["share"],
        score=row["score"],
    )


def _item(row: Row) -> PathNode:
    return PathNode("Item", row["itemId"], row["itemTitle"] or row["itemId"])


def _known(row: Row) -> PathNode:
    return PathNode("Item", row["knownId"], row["knownTitle"] or row["knownId"])
