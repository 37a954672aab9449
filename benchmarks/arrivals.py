"""Items whom a training has never seen: listed among themselves, and judged by who likes them after the first few."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.held_likes import Floats, hidden_fifths, ndcg
from gnn.blending import spread
from gnn.factors import Learned
from gnn.ranking import Rows
from graph.training_data import PreferenceArrays

COUNTS = (0, 1, 3, 5)
"""Users who are known to like an arrival."""
Scorer = Callable[[Rows], Floats]
"""From user rows, int64[u], to scores of the arrivals, float64[u, a]."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Some items of `data` that more users like than the most of COUNTS. `pairs`: int64 pairs of each, oldest first."""

    data: PreferenceArrays
    items: Rows
    pairs: Sequence[Rows]

    @classmethod
    def fifths(cls, data: PreferenceArrays, seed: int) -> tuple[Arrivals, Arrivals]:
        """Two disjoint fifths of the items that enough users like: one to report on, one to choose by."""
        enough = np.flatnonzero(np.bincount(data.items, minlength=len(data.item_ids)) > max(COUNTS))
        one, other = (cls.of(data, enough[rows]) for rows in hidden_fifths(len(enough), seed))
        return one, other

    @classmethod
    def of(cls, data: PreferenceArrays, items: Rows) -> Arrivals:
        """The item rows `items`; likes of one moment are ordered by user row."""
        order = np.lexsort((data.users, data.last_at, data.items))
        starts = np.searchsorted(data.items[order], [items, items + 1])
        return cls(data, items, [order[start:end] for start, end in starts.T])

    def first_users(self, count: int) -> NDArray[np.bool_]:
        """Which pairs of the data are the first `count` of one of these items: bool[n]."""
        return self._mask(slice(count))

    def all_users(self) -> NDArray[np.bool_]:
        """Which pairs of the data are of one of these items: bool[n]."""
        return self._mask(slice(None))

    def judge(self, scorer: Scorer, count: int) -> tuple[Rows, Floats]:
        """Who likes an arrival after its first `count` users: int64[u]; and NDCG@TOP_K of the lists of each.

        Lists are of arrivals alone, without those that the user is known to like.
        """
        known, judging = self._mask(slice(count)), self._mask(slice(count, None))
        column = np.full(len(self.data.item_ids), -1)
        column[self.items] = np.arange(len(self.items))
        users, rows = np.unique(self.data.users[judging], return_inverse=True)
        scores = scorer(users)
        row_of = np.full(len(self.data.user_ids), -1)
        row_of[users] = np.arange(len(users))
        listed = known & (row_of[self.data.users] >= 0)
        scores[row_of[self.data.users[listed]], column[self.data.items[listed]]] = -np.inf
        held = column[self.data.items[judging]][np.argsort(rows, kind="stable")]
        return users, ndcg(scores, np.split(held, np.cumsum(np.bincount(rows))[:-1]))

    def by_vectors(self, learned: Learned, vectors: Floats) -> Scorer:
        """By inner products with `vectors` of the arrivals (float64[a, d]); unknown users count as the mean of all."""
        held, known = spread(learned.user_ids, learned.factors.users, self.data.user_ids)
        tastes = np.where(known[:, None], held, learned.factors.users.mean(axis=0)).astype(np.float64)
        return lambda users: tastes[users] @ vectors.T

    def _mask(self, part: slice) -> NDArray[np.bool_]:
        mask = np.zeros(len(self.data), dtype=np.bool_)
        mask[np.concatenate([own[part] for own in self.pairs])] = True
        return mask
