"""Users whom a training knows and who have liked more since: judged by what they like after that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from benchmarks.newcomers import TOP_K, Floats, item_matrix
from gnn.factors import Learned
from gnn.inner_product import searchable_users
from gnn.metrics import of_lists
from gnn.prior import learn_prior
from gnn.ranking import Rows, best_rows
from graph.training_data import PreferenceArrays
from recommend.fold_in import folded

NEWER, LATER = 5, 5
"""Likes after the training, and those after these, which judge."""
FEWEST = 20
"""Likes of whoever is taken."""


@dataclass(frozen=True, slots=True)
class Returning:
    """Some users of `data` with at least FEWEST likes. `likes`: int64 item rows of each, oldest first."""

    data: PreferenceArrays
    users: Rows
    likes: Sequence[Rows]

    @classmethod
    def of(cls, data: PreferenceArrays, users: Rows) -> Returning:
        """Those of the user rows `users` who have enough likes; those of one moment are ordered by item row."""
        order = np.lexsort((data.items, data.last_at, data.users))
        own = {int(user): data.items[order[data.users[order] == user]] for user in np.sort(users)}
        kept = {user: rows for user, rows in own.items() if len(rows) >= FEWEST}
        return cls(data, np.asarray(list(kept), dtype=np.int64), list(kept.values()))

    def last(self, count: int) -> NDArray[np.bool_]:
        """Which pairs of the data are among the last `count` of one of these users: bool[n]."""
        pairs = {(int(u), int(i)) for u, own in zip(self.users, self.likes, strict=True) for i in own[-count:]}
        both = zip(self.data.users.tolist(), self.data.items.tolist(), strict=True)
        return np.fromiter((pair in pairs for pair in both), dtype=np.bool_, count=len(self.data))

    def judge(self, learned: Learned, known: int, trust: int, count: int) -> Floats:
        """NDCG@TOP_K of each user's LATER likes where the first `count` newer ones are folded in: float64[u].

        The trained vector weighs as `trust` likes, which all of these users had.
        """
        items, able = item_matrix(learned, self.data.item_ids)
        row_of = {user: row for row, user in enumerate(learned.user_ids)}
        prior, trained = learn_prior(learned.factors, known), searchable_users(learned.factors.users)
        scores = []
        for user, own in zip(self.users.tolist(), self.likes, strict=True):
            vector = trained[row_of[self.data.user_ids[user]]].astype(np.float64)
            newer = own[len(own) - NEWER - LATER :][:count]
            newer = newer[able[newer]]
            if len(newer):
                share = trust / (trust + len(newer))
                vector = share * vector + (1 - share) * folded(prior, items[newer].astype(np.float32))
            scores.append(np.where(able, items @ vector[: items.shape[1]], -np.inf))
        return self._judged(scores)

    def _judged(self, scores: Sequence[Floats]) -> Floats:
        rows = np.repeat(np.arange(len(self.likes)), LATER)
        columns = np.concatenate([own[-LATER:] for own in self.likes])
        held = csr_array((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=(len(scores), len(scores[0])))
        table = np.stack(scores)
        for row, own in enumerate(self.likes):
            table[row, own[:-LATER]] = -np.inf
        return of_lists(best_rows(table, TOP_K), held)["ndcg"]
