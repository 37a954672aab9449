"""Items as rows of arrays, in the order of their ids, with filters as masks over them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.records import Scored
from recommend.protocol import Filters

Rows: TypeAlias = NDArray[np.intp]
Mask: TypeAlias = NDArray[np.bool_]


class ItemRows:
    """Row k is the item `ids[k]`; ids ascend, so that ties by row are ties by id. Safe to share between threads."""

    def __init__(self, ids: Sequence[str], kinds: Sequence[str | None], tags: Sequence[Collection[str]]) -> None:
        """One kind and the tags of each. Raises ValueError unless `ids` ascend and differ."""
        if any(one >= other for one, other in pairwise(ids)):
            raise ValueError("Rows of items must come by id, each once.")
        self.ids = tuple(ids)
        self.row_of: Mapping[str, int] = {item: row for row, item in enumerate(self.ids)}
        self._of_kind = _rows_by_name([kind] if kind else [] for kind in kinds)
        self._of_tag = _rows_by_name(tags)

    def __len__(self) -> int:
        return len(self.ids)

    def rows_of(self, ids: Iterable[str]) -> Rows:
        """The rows of those of `ids` that have one, in their order."""
        found = (self.row_of.get(one) for one in ids)
        return np.asarray([row for row in found if row is not None], dtype=np.intp)

    def refused(self, filters: Filters, seen: Iterable[str]) -> Rows | Mask:
        """What may not come: rows, or, where kinds or tags are named, a mask over all rows."""
        excluded = self.rows_of([*seen, *filters.exclude_ids])
        if not filters.kinds and not filters.tags:
            return excluded
        mask = np.ones(len(self), dtype=np.bool_)
        for wanted, rows_of in ((filters.kinds, self._of_kind), (filters.tags, self._of_tag)):
            if wanted:
                matching = np.zeros(len(self), dtype=np.bool_)
                for name in wanted:
                    matching[rows_of.get(name, [])] = True
                mask &= matching
        mask[excluded] = False
        return ~mask


def contenders(scores: NDArray[np.floating], first: int, slack: float = 0.0) -> Rows:
    """Rows of the `first` highest scores above -inf, and all within `slack` of the last of them; ascending."""
    if len(scores) > first:
        threshold = np.partition(scores, -first)[-first]
        if threshold > -np.inf:
            return np.flatnonzero(scores >= threshold - slack)
    return np.flatnonzero(scores > -np.inf)


def best_of(ids: Sequence[str], rows: Rows, scores: NDArray[np.float64], first: int) -> list[Scored]:
    """The `first` highest `scores` of `rows`, which ascend; descending, ties by row."""
    order = np.argsort(-scores, kind="stable")[:first]
    named = [ids[row] for row in rows[order].tolist()]
    return list(map(Scored, named, scores[order].tolist()))


def _rows_by_name(names_of_rows: Iterable[Iterable[str]]) -> dict[str, Rows]:
    found: dict[str, list[int]] = {}
    for row, names in enumerate(names_of_rows):
        for name in names:
            found.setdefault(name, []).append(row)
    return {name: np.asarray(rows, dtype=np.intp) for name, rows in found.items()}
