"""Vectors of users and items in the graph: written in batches, read in pages or by id, searched by index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from graph.client import Graph, Row
from graph.errors import ModelError
from graph.paging import keyed_pages
from graph.records import Scored

Label = Literal["User", "Item"]
Vectors = NDArray[np.float32]
_CLEAR: dict[Label, str] = {"User": "models/clear_user_vectors", "Item": "models/clear_item_vectors"}
_WRITE: dict[Label, str] = {"User": "models/write_user_vectors", "Item": "models/write_item_vectors"}
WRITE_BATCH = 1_000
CLEAR_BATCH = 5_000
PAGE = 5_000


@dataclass(frozen=True, slots=True)
class ItemVectors:
    """All items that have a vector in a slot, ordered by id: row k of `vectors` (float32[n, d]) is `ids[k]`."""

    ids: tuple[str, ...]
    vectors: Vectors


def clear_vectors(graph: Graph, label: Label, name: str) -> None:
    """Remove the property `name` from every node of `label`, in batches."""
    graph.run_alone(_CLEAR[label], property=name, batchSize=CLEAR_BATCH)


def write_vectors(graph: Graph, label: Label, name: str, ids: Sequence[str], vectors: Vectors) -> int:
    """Write row k of `vectors` (float32[n, d]) as the property `name` of node `ids[k]`; return how many were written.

    A node that is gone by now is left out. Raises ModelError for a vector that is not finite or is zero, which
    no vector index takes: nothing is written then.
    """
    refuse_unusable(label, ids, vectors)
    written = 0
    for start in range(0, len(ids), WRITE_BATCH):
        part = slice(start, start + WRITE_BATCH)
        rows = graph.write(
            _WRITE[label],
            property=name,
            ids=list(ids[part]),
            vectors=vectors[part].tolist(),
        )
        written += int(rows[0]["written"])
    return written


def refuse_unusable(label: Label, ids: Sequence[str], vectors: Vectors) -> None:
    """Raise ModelError unless there is one finite, non-zero vector per id."""
    if vectors.ndim != 2 or len(vectors) != len(ids):  # noqa: PLR2004 - a matrix has two dimensions
        raise ModelError(f"{len(ids)} {label} ids came with vectors of shape {vectors.shape}.")
    usable = np.isfinite(vectors).all(axis=1) & vectors.any(axis=1)
    if not usable.all():
        example = ids[int(np.argmin(usable))]
        raise ModelError(
            f"{int((~usable).sum())} of {len(ids)} {label} vectors are zero or not finite ({label} {example} for one). "
            "The training diverged: lower its learning rate."
        )


def count_vectors(graph: Graph, name: str) -> tuple[int, int]:
    """How many users and how many items hold a vector under `name`."""
    row = graph.read("models/count_vectors", property=name)[0]
    return int(row["users"]), int(row["items"])


def item_vectors(graph: Graph, name: str) -> ItemVectors:
    """Every item that has a vector under `name`, read in pages; see ItemVectors."""
    pages = keyed_pages(graph, "models/item_vector_page", "id", PAGE, property=name)
    return item_vectors_of_rows(chain.from_iterable(pages))


def item_vectors_of_rows(rows: Iterable[Row]) -> ItemVectors:
    """ItemVectors from the columns id and vector; numbers are kept in four bytes as rows come in."""
    ids, vectors = [], []
    for row in rows:
        ids.append(row["id"])
        vectors.append(np.asarray(row["vector"], dtype=np.float32))
    held = np.stack(vectors) if vectors else np.zeros((0, 0), dtype=np.float32)
    return ItemVectors(tuple(ids), held)


def user_vectors(graph: Graph, name: str, user_ids: Sequence[str]) -> dict[str, Vectors]:
    """The vectors (float32[d]) of the given users; users without one are missing."""
    rows = graph.read("models/user_vectors_by_id", property=name, ids=list(user_ids))
    return {row["id"]: np.asarray(row["vector"], dtype=np.float32) for row in rows}


def item_vectors_by_id(graph: Graph, name: str, item_ids: Sequence[str]) -> dict[str, Vectors]:
    """The vectors (float32[d]) of the given items; items without one are missing."""
    rows = graph.read("models/item_vectors_by_id", property=name, ids=list(item_ids))
    return {row["id"]: np.asarray(row["vector"], dtype=np.float32) for row in rows}


def search_vectors(graph: Graph, index: str, vectors: Sequence[Vectors], limit: int) -> list[list[Scored]]:
    """For each vector the `limit` items nearest to it by a vector index, best first, in one round trip.

    Approximate: the index may miss some; who filters the result asks for more than needed. A score is
    (1 + cosine) / 2, in [0, 1].
    """
    rows = graph.read("models/search_vectors", index=index, vectors=[v.tolist() for v in vectors], limit=limit)
    return [[Scored(*pair) for pair in zip(row["ids"], row["scores"], strict=True)] for row in rows]
