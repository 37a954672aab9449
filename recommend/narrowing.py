"""Filters that no query knows: the items are named to it where they are few, else more are asked for until k remain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from graph.client import Graph
from graph.records import Scored
from recommend.catalogue import Catalogue
from recommend.protocol import Ask, Filters
from recommend.states import with_histories, with_states

Find = Callable[[Sequence[Ask]], list[list[Scored]]]
"""Finds candidates by kinds, tags, excluded ids and `only_ids` alone."""
NAMED = 2_000
"""Items that are few enough to be named in a query."""
FIRST_TIMES = 8
"""How many times more items are asked for at first than are wanted, and again where they were too few."""


def narrowed_in(graph: Graph, catalogue: Catalogue, asks: Sequence[Ask], find: Find) -> list[list[Scored]]:
    """`narrowed` by the catalogue as it stands for these asks."""
    asks = with_histories(graph, asks)
    if all(ask.filters.plain for ask in asks):
        return find(asks)
    known = with_states(graph, asks, ())
    return narrowed([ask for ask, _ in known], catalogue.at(known[0][1].catalogue), find)


def narrowed(asks: Sequence[Ask], catalogue: Catalogue, find: Find) -> list[list[Scored]]:
    """What `find` finds for each ask that its filters let through."""
    only = [None if ask.filters.plain else catalogue.allowed_ids(ask.filters, NAMED) for ask in asks]
    found: dict[int, list[Scored]] = {}
    exact = [k for k, ids in enumerate(only) if ids is not None or asks[k].filters.plain]
    found.update(zip(exact, find([_named(asks[k], only[k]) for k in exact]) if exact else [], strict=True))
    left, times = [k for k in range(len(asks)) if k not in found], FIRST_TIMES
    while left:
        lists = find([replace(_plain(asks[k]), first=times * asks[k].first) for k in left])
        for k, scored in zip(left, lists, strict=True):
            kept = catalogue.kept(asks[k].filters, scored)
            if len(kept) >= asks[k].first or len(scored) < times * asks[k].first:
                found[k] = kept[: asks[k].first]
        left, times = [k for k in left if k not in found], FIRST_TIMES * times
    return [found[k] for k in range(len(asks))]


def _named(ask: Ask, only: list[str] | None) -> Ask:
    if only is None:
        return ask
    return replace(ask, filters=Filters(exclude_ids=ask.filters.exclude_ids, only_ids=tuple(only)))


def _plain(ask: Ask) -> Ask:
    filters = ask.filters
    return replace(ask, filters=Filters(filters.kinds, filters.tags, filters.exclude_ids))
