"""Which ids came before, over tens of millions of them, at 16 bytes each."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
FIRST_SEED, SECOND_SEED = 1, 2


class SeenIds:
    """Remembers ids by two hashes of 64 bits: two ids are taken for one with a chance of 1 in 2^128 a pair.

    Kept in sorted runs that are merged as they grow, each at least twice as long as the next.
    """

    def __init__(self) -> None:
        self._runs: list[tuple[Hashes, Hashes]] = []

    def add(self, ids: pl.Series) -> NDArray[np.bool_]:
        """Remember `ids` (strings, n of them); bool[n]: which came for the first time."""
        first = ids.hash(FIRST_SEED).to_numpy()
        second = ids.hash(SECOND_SEED).to_numpy()
        fresh = ids.is_first_distinct().to_numpy().copy()
        for run in self._runs:
            fresh &= ~_among(first, second, run)
        self._keep(first[fresh], second[fresh])
        return fresh

    def _keep(self, first: Hashes, second: Hashes) -> None:
        while self._runs and len(self._runs[-1][0]) < 2 * len(first):
            more, others = self._runs.pop()
            first, second = np.concatenate([more, first]), np.concatenate([others, second])
        order = np.argsort(first, kind="stable")
        self._runs.append((first[order], second[order]))


def _among(first: Hashes, second: Hashes, run: tuple[Hashes, Hashes]) -> NDArray[np.bool_]:
    if not len(run[0]):
        return np.zeros(len(first), dtype=np.bool_)
    places = np.minimum(np.searchsorted(run[0], first), len(run[0]) - 1)
    found: NDArray[np.bool_] = (run[0][places] == first) & (run[1][places] == second)
    return found
