"""Exact scoring of item vectors in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from graph.records import Scored
from graph.vectors import ItemVectors, Vectors
from recommend.item_rows import Allowed, ItemRows, Rows, contenders
from recommend.ranked import Ranked, ranked

NONE: Rows = np.empty(0, dtype=np.intp)
ROUNDING = 1e-5
"""Relative error of float32 sums that a first pass must allow for."""


def inner_products(vectors: Vectors, vector: Vectors) -> NDArray[np.float64]:
    """The inner product of each row of `vectors` (float32[n, d]) with `vector` (float32[d]): float64[n].

    Summed row by row in double precision, so that a score does not depend on which rows it is computed with.
    """
    products: NDArray[np.float64] = (vectors.astype(np.float64) * vector.astype(np.float64)).sum(axis=1)
    return products


def cosines(vectors: Vectors, vector: Vectors) -> NDArray[np.float64]:
    """The cosine of each row of `vectors` (float32[n, d]) and `vector` (float32[d]): float64[n]; 0 for zero vectors."""
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1) * np.linalg.norm(vector.astype(np.float64))
    found: NDArray[np.float64] = np.zeros(len(vectors))
    np.divide(inner_products(vectors, vector), lengths, out=found, where=lengths > 0)
    return found


def best(ids: Sequence[str], scores: NDArray[np.float64], first: int) -> list[Scored]:
    """The `first` highest scores, descending, ties by id."""
    order = np.lexsort((np.asarray(ids, dtype=np.str_), -scores))[:first]
    return [Scored(ids[k], float(scores[k])) for k in order]


class ItemMatrix:
    """A read-only copy of item vectors that finds the best items exactly. Safe to share between threads."""

    def __init__(self, items: ItemVectors) -> None:
        self.rows = ItemRows(items.ids)
        self._vectors = items.vectors

    @property
    def ids(self) -> tuple[str, ...]:
        """Of its rows."""
        return self.rows.ids

    def vectors_of(self, ids: Iterable[str]) -> dict[str, Vectors]:
        """The vectors of those of `ids` that have one."""
        row_of = self.rows.row_of
        return {item: self._vectors[row_of[item]] for item in ids if item in row_of}

    def best(self, vector: Vectors, first: int, allowed: Allowed, excluded: Iterable[str]) -> Ranked:
        """The `first` allowed items with the largest inner product with `vector`; ties by id."""
        if not len(self.rows):
            return Ranked(self.rows, NONE, np.zeros(0))
        rough = self._vectors @ vector
        slack = ROUNDING * max(1.0, float(np.abs(rough).max()))
        mask = allowed(self.rows)
        if mask is not None:
            rough[~mask] = -np.inf
        rough[self.rows.rows_of(excluded)] = -np.inf
        kept = contenders(rough, first, slack)
        return ranked(self.rows, kept, inner_products(self._vectors[kept], vector), first)
