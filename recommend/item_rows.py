"""Items as rows of arrays, in the order of their ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Rows: TypeAlias = NDArray[np.intp]
Mask: TypeAlias = NDArray[np.bool_]
Allowed: TypeAlias = "Callable[[ItemRows], Mask | None]"
"""Which rows filters let through; None: all of them."""


class ItemRows:
    """Row k is the item `ids[k]`; ids ascend, so that ties by row are ties by id. Safe to share between threads."""

    def __init__(self, ids: Sequence[str]) -> None:
        """Raises ValueError unless `ids` ascend and differ."""
        if any(one >= other for one, other in pairwise(ids)):
            raise ValueError("Rows of items must come by id, each once.")
        self.ids = tuple(ids)
        self.row_of: Mapping[str, int] = {item: row for row, item in enumerate(self.ids)}

    def __len__(self) -> int:
        return len(self.ids)

    def rows_of(self, ids: Iterable[str]) -> Rows:
        """The rows of those of `ids` that have one, in their order."""
        found = (self.row_of.get(one) for one in ids)
        return np.asarray([row for row in found if row is not None], dtype=np.intp)


def contenders(scores: NDArray[np.floating], first: int, slack: float = 0.0) -> Rows:
    """Rows of the `first` highest scores above -inf, and all within `slack` of the last of them; ascending."""
    if len(scores) > first:
        threshold = np.partition(scores, -first)[-first]
        if threshold > -np.inf:
            return np.flatnonzero(scores >= threshold - slack)
    return np.flatnonzero(scores > -np.inf)
