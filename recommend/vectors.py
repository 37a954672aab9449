"""Exact scoring of item vectors in memory, with filters as masks over their rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.records import Scored
from graph.vectors import ItemVectors, Vectors
from recommend.protocol import Filters

Rows: TypeAlias = NDArray[np.intp]
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
        self._items = items
        self._row_of = {item: row for row, item in enumerate(items.ids)}
        self._of_kind = _rows_by_name([kind] if kind else [] for kind in items.kinds)
        self._of_tag = _rows_by_name(items.tags)

    def __len__(self) -> int:
        return len(self._items.ids)

    @property
    def ids(self) -> tuple[str, ...]:
        """Of its rows."""
        return self._items.ids

    def vectors_of(self, ids: Iterable[str]) -> dict[str, Vectors]:
        """The vectors of those of `ids` that have one."""
        return {item: self._items.vectors[self._row_of[item]] for item in ids if item in self._row_of}

    def best(self, vector: Vectors, first: int, filters: Filters, seen: Collection[str]) -> list[Scored]:
        """The `first` allowed items with the largest inner product with `vector`; ties by id."""
        allowed = np.flatnonzero(self._mask(filters, seen))
        if not len(allowed):
            return []
        rough = self._items.vectors[allowed] @ vector
        if len(allowed) > first:
            allowed = allowed[_contenders(rough, first)]
        exact = inner_products(self._items.vectors[allowed], vector)
        return best([self._items.ids[row] for row in allowed], exact, first)

    def _mask(self, filters: Filters, seen: Collection[str]) -> NDArray[np.bool_]:
        mask = np.ones(len(self), dtype=np.bool_)
        for wanted, rows_of in ((filters.kinds, self._of_kind), (filters.tags, self._of_tag)):
            if wanted:
                matching = np.zeros(len(self), dtype=np.bool_)
                for name in wanted:
                    matching[rows_of.get(name, [])] = True
                mask &= matching
        excluded = [self._row_of[item] for item in (*seen, *filters.exclude_ids) if item in self._row_of]
        mask[excluded] = False
        return mask


def _contenders(rough: Vectors, first: int) -> Rows:
    """Positions that may be among the `first` once rounding is taken out, ties at the end included."""
    threshold = np.partition(rough, -first)[-first]
    slack = ROUNDING * max(1.0, float(np.abs(rough).max()))
    return np.flatnonzero(rough >= threshold - slack)


def _rows_by_name(names_of_rows: Iterable[Iterable[str]]) -> dict[str, Rows]:
    found: dict[str, list[int]] = {}
    for row, names in enumerate(names_of_rows):
        for name in names:
            found.setdefault(name, []).append(row)
    return {name: np.asarray(rows, dtype=np.intp) for name, rows in found.items()}
