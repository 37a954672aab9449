"""From what is asked of a strategy to what is asked of the graph."""

from __future__ import annotations

from collections.abc import Sequence

from graph.candidates import Wanted
from graph.explain import Explained
from graph.user_states import Liking
from recommend.protocol import Ask, Pair

MOST_GIVEN = 1_000
"""Likes that a query is given in place of stored ones, the strongest."""


def wanted(asks: Sequence[Ask]) -> list[Wanted]:
    """The same requests in the graph's words, in order."""
    return [_wanted(ask) for ask in asks]


def explained(pairs: Sequence[Pair]) -> list[Explained]:
    """The same pairs in the graph's words, in order."""
    return [Explained(ask.user_id, item_id, _likings(ask)) for ask, item_id in pairs]


def _wanted(ask: Ask) -> Wanted:
    filters, likings = ask.filters, _likings(ask)
    seen = () if ask.state is None or likings is None else tuple(ask.state.seen)
    return Wanted(
        ask.user_id,
        ask.first,
        filters.kinds,
        filters.tags,
        (*filters.exclude_ids, *seen),
        filters.only_ids,
        likings,
    )


def _likings(ask: Ask) -> tuple[Liking, ...] | None:
    """The likings to take in place of stored ones, None where the graph has them so."""
    if ask.state is None or not ask.state.altered:
        return None
    return tuple(ask.state.likes(MOST_GIVEN))
