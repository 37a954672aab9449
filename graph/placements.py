"""Items that a run did not learn, and the vectors that they are given in its slot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from graph.client import Graph, Row
from graph.models import ActiveRun
from graph.paging import keyed_pages
from graph.training_data import ItemContent, item_content
from graph.vectors import ItemVectors, Vectors, item_vectors_of_rows, refuse_unusable

PAGE = 2_000


@dataclass(frozen=True, slots=True)
class Unlearned:
    """An item that a run did not learn; `vector`: float32[d], the one that it has been given, as stored."""

    content: ItemContent
    vector: Vectors | None


def unlearned(graph: Graph, run: ActiveRun, item_ids: Sequence[str]) -> list[Unlearned]:
    """Those of `item_ids` that `run` did not learn, ordered by id, in one round trip."""
    rows = graph.read("models/items_to_place", runId=run.id, property=run.vector_property, ids=sorted(set(item_ids)))
    return [_unlearned(row) for row in rows]


def all_unlearned(graph: Graph, run: ActiveRun) -> Iterator[list[Unlearned]]:
    """Every item that `run` did not learn, in pages ordered by id."""
    query, property_ = "models/items_to_place_page", run.vector_property
    for page in keyed_pages(graph, query, "itemId", PAGE, runId=run.id, property=property_):
        yield [_unlearned(row) for row in page]


def place(graph: Graph, run: ActiveRun, item_ids: Sequence[str], vectors: Vectors) -> int:
    """Write row k of `vectors` (float32[n, d], as stored) for `item_ids[k]`, in one write; returns how many were.

    0 where the slot was taken over by another run; items that are gone or that the run did learn are left out.
    Raises ModelError for a vector that no index takes.
    """
    refuse_unusable("Item", item_ids, vectors)
    if not len(item_ids):
        return 0
    rows = graph.write(
        "models/place_items",
        runId=run.id,
        property=run.vector_property,
        ids=list(item_ids),
        vectors=vectors.tolist(),
    )
    return int(rows[0]["placed"])


def placed_items(graph: Graph, run: ActiveRun, after: int) -> ItemVectors:
    """The items that were placed in `run` since its count of them stood at `after`; see ActiveRun.placed."""
    rows = graph.read("models/placed_items", runId=run.id, property=run.vector_property, after=after)
    return item_vectors_of_rows(rows)


def _unlearned(row: Row) -> Unlearned:
    return Unlearned(item_content(row), None if row["vector"] is None else np.asarray(row["vector"], dtype=np.float32))
