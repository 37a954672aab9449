"""The learned item-item model in the graph: SIMILAR edges in two slots, candidates by them, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from graph.candidates import Wanted, scored
from graph.client import Graph, Row
from graph.explain import Companion, Explained, columns_of, companion
from graph.models import ITEM_ITEM, not_trained, vector_property
from graph.paging import keyed_pages
from graph.records import Scored
from graph.similarity import Neighbours, batches

ITEMS_PER_CLEAR = 500
ITEMS_PER_READ = 2_000


def edge_kind(slot: str) -> str:
    """The `by` of the SIMILAR edges in a slot, named as the properties that hold vectors."""
    return vector_property(ITEM_ITEM, slot)


def clear_edges(graph: Graph, slot: str) -> None:
    """Remove all edges of a slot, in batches."""
    graph.run_alone("models/clear_item_edges", by=edge_kind(slot), batchSize=ITEMS_PER_CLEAR)


def write_edges(graph: Graph, lists: Iterator[Neighbours], slot: str, run_id: str) -> int:
    """Write edges into a slot that is empty, in batches; return how many were written.

    Items that are gone by now are left out.
    """
    written = 0
    for batch in batches(lists):
        rows = [[one.item_id, one.ids, one.scores] for one in batch if one.ids]
        (row,) = graph.write("models/write_item_edges", rows=rows, by=edge_kind(slot), run=run_id)
        written += int(row["written"])
    return written


def count_edges(graph: Graph, slot: str, run_id: str) -> tuple[int, int]:
    """How many edges a slot holds, and how many of them the run wrote."""
    (row,) = graph.read("models/count_item_edges", by=edge_kind(slot), run=run_id)
    return int(row["edges"]), int(row["own"])


def read_edges(graph: Graph, item_ids: Sequence[str], slot: str) -> Iterator[Neighbours]:
    """The edges of these items in a slot, the highest score first, read in pages; an item without any has none."""
    for start in range(0, len(item_ids), ITEMS_PER_READ):
        page = list(item_ids[start : start + ITEMS_PER_READ])
        for row in graph.read("maintain/similar_lists", itemIds=page, by=edge_kind(slot)):
            yield Neighbours(row["itemId"], row["ids"], row["scores"])


def edge_pages(graph: Graph, kind: str) -> Iterator[Row]:
    """Every item by id with the columns id, targets and scores: those of its SIMILAR edges of one kind."""
    return chain.from_iterable(keyed_pages(graph, "recommend/edge_page", "id", ITEMS_PER_READ, by=kind))


def item_item(
    graph: Graph, wanted: Sequence[Wanted], *, history_walk: int, history_cap: int, run_id: str | None = None
) -> list[list[Scored]]:
    """Items by the sum, above 0, of the run's edges over up to `history_cap` likes; ties by id. One round trip.

    The run is the active one, or that of `run_id`. `first` of a request may be some hundreds. Of a user's preferences
    `history_walk` are read to choose the likes from. Raises ModelNotTrained.
    """
    if not wanted:
        return []
    rows = graph.read(
        "recommend/item_item",
        model=ITEM_ITEM,
        runId=run_id,
        asks=[one.row() for one in wanted],
        first=max(one.first for one in wanted),
        historyWalk=history_walk,
        historyCap=history_cap,
    )
    if not rows:
        raise not_trained(ITEM_ITEM, run_id)
    return [scored(row, wanted[row["ask"]].first) for row in rows]


def leading_items(
    graph: Graph, pairs: Sequence[Explained], *, history_walk: int, history_cap: int, run_id: str | None = None
) -> list[Companion | None]:
    """The liked item that carries most of each score, by the rule of `item_item`; None where it is 0 or below.

    `share` is its part of all that speaks for the item; `users` is 0, as the path is an edge.
    """
    rows = graph.read(
        "explain/why_item_item",
        model=ITEM_ITEM,
        runId=run_id,
        **columns_of(pairs),
        historyWalk=history_walk,
        historyCap=history_cap,
    )
    found = {row["position"]: companion({**row, "users": 0}) for row in rows}
    return [found.get(position) for position in range(len(pairs))]
