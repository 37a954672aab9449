"""Users whom a training has never seen: split off, and judged by what they like after the first few likes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from gnn.factors import Learned
from gnn.metrics import of_lists
from gnn.ranking import Rows, best_rows
from graph.training_data import PreferenceArrays

TOP_K = 10
COUNTS = (1, 3, 5, 10)
"""Likes that are known of a newcomer."""
Floats: TypeAlias = NDArray[np.float64]
Form = Callable[[Rows], Floats]
"""From the item rows of k likes, int64[k], to scores of all items, float64[m]; -inf for what cannot be listed."""


@dataclass(frozen=True, slots=True)
class Newcomers:
    """Some users of `data` with more than the most of COUNTS likes. `likes`: int64 item rows of each, oldest first."""

    data: PreferenceArrays
    users: Rows
    likes: Sequence[Rows]

    @classmethod
    def of(cls, data: PreferenceArrays, users: Rows) -> Newcomers:
        """Those of the user rows `users` who have enough likes; those of one moment are ordered by item row."""
        order = np.lexsort((data.items, data.last_at, data.users))
        own = {int(user): order[data.users[order] == user] for user in np.sort(users)}
        kept = {user: data.items[places] for user, places in own.items() if len(places) > max(COUNTS)}
        return cls(data, np.asarray(list(kept), dtype=np.int64), list(kept.values()))

    def first_likes(self, count: int) -> NDArray[np.bool_]:
        """Which pairs of `data` are among the first `count` of one of these users: bool[n]."""
        pairs = {(int(u), int(i)) for u, own in zip(self.users, self.likes, strict=True) for i in own[:count]}
        both = zip(self.data.users.tolist(), self.data.items.tolist(), strict=True)
        return np.fromiter((pair in pairs for pair in both), dtype=np.bool_, count=len(self.data))

    def judge(self, form: Form, count: int) -> Floats:
        """NDCG@TOP_K of each user by all likes but the first `count`, which `form` knows: float64[u]."""
        return self._judged([form(own[:count]) for own in self.likes], count)

    def judge_learned(self, learned: Learned, count: int) -> Floats:
        """The same by a training that had the first `count` likes of each."""
        row_of = {user: row for row, user in enumerate(learned.user_ids)}
        items, known = item_matrix(learned, self.data.item_ids)
        users = [learned.factors.users[row_of[self.data.user_ids[user]]].astype(np.float64) for user in self.users]
        return self._judged([np.where(known, items @ user, -np.inf) for user in users], count)

    def _judged(self, scores: Sequence[Floats], count: int) -> Floats:
        rows = np.repeat(np.arange(len(self.likes)), [len(own) - count for own in self.likes])
        columns = np.concatenate([own[count:] for own in self.likes])
        held = csr_array((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=(len(scores), len(scores[0])))
        table = np.stack(scores)
        for row, own in enumerate(self.likes):
            table[row, own[:count]] = -np.inf
        return of_lists(best_rows(table, TOP_K), held)["ndcg"]


def item_matrix(learned: Learned, item_ids: Sequence[str]) -> tuple[Floats, NDArray[np.bool_]]:
    """Item vectors at the rows of `item_ids`, float64[m, d], zeros where there is none; and bool[m], where there is."""
    row_of = {item: row for row, item in enumerate(learned.item_ids)}
    rows = np.asarray([row_of.get(item, -1) for item in item_ids])
    found = learned.factors.items[np.maximum(rows, 0)].astype(np.float64)
    found[rows < 0] = 0.0
    return found, rows >= 0


def hidden_fifths(users: int, seed: int) -> tuple[Rows, Rows]:
    """Two disjoint fifths of user rows, drawn at random: one to report on, one to choose by."""
    order = np.random.default_rng(seed).permutation(users)
    fifth = users // 5
    return np.sort(order[:fifth]), np.sort(order[fifth : 2 * fifth])
