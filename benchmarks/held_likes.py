"""Users and what they like, of which one part is known and another judges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from gnn.blending import spread
from gnn.factors import Learned
from gnn.metrics import of_lists
from gnn.ranking import Rows, best_rows
from graph.training_data import PreferenceArrays

TOP_K = 10
Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HeldLikes:
    """Some users of `data` with at least LEAST likes. `likes`: int64 item rows of each, oldest first."""

    LEAST: ClassVar[int] = 1

    data: PreferenceArrays
    users: Rows
    likes: Sequence[Rows]

    @classmethod
    def of(cls, data: PreferenceArrays, users: Rows) -> Self:
        """Those of the user rows `users` who have enough likes; those of one moment are ordered by item row."""
        order = np.lexsort((data.items, data.last_at, data.users))
        own = {int(user): data.items[order[data.users[order] == user]] for user in np.sort(users)}
        kept = {user: rows for user, rows in own.items() if len(rows) >= cls.LEAST}
        return cls(data, np.asarray(list(kept), dtype=np.int64), list(kept.values()))

    def pairs(self, part: slice) -> NDArray[np.bool_]:
        """Which pairs of the data are in that part of the likes of one of these users: bool[n]."""
        width = len(self.data.item_ids)
        chosen = [user * width + own[part] for user, own in zip(self.users, self.likes, strict=True)]
        return np.isin(self.data.users * width + self.data.items, np.concatenate(chosen))

    def judged(self, scores: Sequence[Floats], known: slice, judging: slice) -> Floats:
        """NDCG@TOP_K of each user by the likes in `judging`, where those in `known` cannot be listed: float64[u].

        `scores`: for each user float64[m], -inf for what cannot be listed.
        """
        table = np.stack(scores)
        for row, own in enumerate(self.likes):
            table[row, own[known]] = -np.inf
        return ndcg(table, [own[judging] for own in self.likes])


def ndcg(scores: Floats, held: Sequence[Rows]) -> Floats:
    """NDCG@TOP_K of each row of `scores` (float64[u, m]) by the columns that are `held` from it: float64[u]."""
    rows = np.repeat(np.arange(len(held)), [len(own) for own in held])
    ones = np.ones(len(rows), dtype=np.float32)
    relevant = csr_array((ones, (rows, np.concatenate(held))), shape=scores.shape)
    return of_lists(best_rows(scores, TOP_K), relevant)["ndcg"]


def item_matrix(learned: Learned, item_ids: list[str]) -> tuple[Floats, NDArray[np.bool_]]:
    """Item vectors at the rows of `item_ids`, float64[m, d], zeros where there is none; and bool[m], where there is."""
    found, known = spread(learned.item_ids, learned.factors.items, item_ids)
    return found.astype(np.float64), known


def unit(rows: Floats) -> Floats:
    """Each row at length 1; zeros stay."""
    whole: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return whole


def hidden_fifths(count: int, seed: int) -> tuple[Rows, Rows]:
    """Two disjoint fifths of as many rows, drawn at random: one to report on, one to choose by."""
    order = np.random.default_rng(seed).permutation(count)
    fifth = count // 5
    return np.sort(order[:fifth]), np.sort(order[fifth : 2 * fifth])
