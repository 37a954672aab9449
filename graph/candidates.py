"""Candidates for many requests at once, one round trip per strategy, none of them seen or excluded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.client import Graph, Row
from graph.records import Scored
from graph.user_states import Liking, given

RARE_TAG_ITEMS = 5_000
"""Tags on fewer items than this, together, are walked from the tags; others along the popularity index."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Up to `first` items for a user (None: for nobody in particular).

    Kinds and tags are any-of, empty: all; `only_ids` None: all. `likings`, unless None, take the place of the user's
    preferences: then what the user has seen must be among the excluded.
    """

    user_id: str | None
    first: int
    kinds: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    exclude_ids: tuple[str, ...] = ()
    only_ids: tuple[str, ...] | None = None
    likings: tuple[Liking, ...] | None = None

    def row(self) -> list[object]:
        """The form that the queries take."""
        only = None if self.only_ids is None else list(self.only_ids)
        own = self.user_id if self.likings is None else None
        filters = [list(self.kinds), list(self.tags), list(self.exclude_ids), only]
        return [own, *filters, given(self.likings), self.user_id]


@dataclass(frozen=True, slots=True)
class WalkCaps:
    """How far an online walk goes from a node, whatever its degree; see docs/decisions/005-degree-budget.md."""

    history_walk: int
    history: int
    walk: int
    users: int
    items: int
    tags: int
    tag_items: int


def popular(graph: Graph, wanted: Sequence[Wanted], half_life_millis: float) -> list[list[Scored]]:
    """Items by popularity decayed to the newest event, then those without any, by id, scored 0.

    One round trip, a second one only where the popular items that match are too few.
    """
    if not wanted:
        return []
    found: list[list[Scored]] = [[] for _ in wanted]
    complete = [False] * len(wanted)
    first = max(one.first for one in wanted)
    rows = graph.read(
        "recommend/popular",
        asks=[one.row() for one in wanted],
        first=first,
        rareTag=RARE_TAG_ITEMS,
        halfLifeMillis=half_life_millis,
    )
    for row in rows:
        found[row["ask"]] = scored(row, wanted[row["ask"]].first)
        complete[row["ask"]] = row["complete"]
    short = [k for k, one in enumerate(wanted) if not complete[k] and len(found[k]) < one.first]
    if short:
        _add_unpopular(graph, wanted, found, short)
    return found


def trending(graph: Graph, wanted: Sequence[Wanted]) -> list[list[Scored]]:
    """Items that rise, fastest first. One round trip."""
    return _ask(graph, "recommend/trending", wanted)


def co_occurrence(
    graph: Graph, wanted: Sequence[Wanted], *, form: str, measure: str, shrink: float, caps: WalkCaps
) -> list[list[Scored]]:
    """Items that go with what the users like, by Σ weight·similarity over their likes. One round trip.

    `form`: similar, online or auto; `measure`: cosine, jaccard or lift, times n / (n + shrink) for n users in common.
    """
    return _ask(
        graph,
        "recommend/co_occurrence",
        wanted,
        form=form,
        measure=measure,
        shrink=shrink,
        historyWalk=caps.history_walk,
        historyCap=caps.history,
        walkCap=caps.walk,
        usersCap=caps.users,
        itemsCap=caps.items,
    )


def content(graph: Graph, wanted: Sequence[Wanted], *, caps: WalkCaps) -> list[list[Scored]]:
    """Items with tags like those of what the users like: TF-IDF cosine in [0, 1]. One round trip."""
    return _ask(
        graph,
        "recommend/content",
        wanted,
        historyWalk=caps.history_walk,
        historyCap=caps.history,
        walkCap=caps.walk,
        tagsCap=caps.tags,
        tagItemsCap=caps.tag_items,
    )


def similar(
    graph: Graph, item_ids: Sequence[str], first: int, *, order: Sequence[str], fill: bool, half_life_millis: float
) -> list[list[Scored]]:
    """SIMILAR items of each, one kind of similarity after the other, then, if `fill`, popular ones of its kind.

    An unknown item gets an empty list. One round trip.
    """
    rows = graph.read(
        "recommend/similar_items",
        ids=list(item_ids),
        order=list(order),
        first=first,
        fill=fill,
        halfLifeMillis=half_life_millis,
    )
    found = {row["position"]: scored(row, first) for row in rows}
    return [found.get(position, []) for position in range(len(item_ids))]


def _ask(graph: Graph, query: str, wanted: Sequence[Wanted], **parameters: object) -> list[list[Scored]]:
    if not wanted:
        return []
    first = max(one.first for one in wanted)
    rows = graph.read(query, asks=[one.row() for one in wanted], first=first, **parameters)
    found = {row["ask"]: scored(row, wanted[row["ask"]].first) for row in rows}
    return [found.get(position, []) for position in range(len(wanted))]


def scored(row: Row, first: int) -> list[Scored]:
    """The first items of a row with the columns ids and scores, of the same length."""
    found = [Scored(item_id, score) for item_id, score in zip(row["ids"], row["scores"], strict=True)]
    return found[:first]


def _add_unpopular(graph: Graph, wanted: Sequence[Wanted], found: list[list[Scored]], short: list[int]) -> None:
    first = max(wanted[k].first for k in short)
    rows = graph.read("recommend/unpopular", asks=[wanted[k].row() for k in short], first=first)
    for row in rows:
        k = short[row["ask"]]
        missing = wanted[k].first - len(found[k])
        found[k].extend(Scored(item_id, 0.0) for item_id in row["ids"][:missing])
