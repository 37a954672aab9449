"""Users whom a training has never seen: judged by what they like after the first few likes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from benchmarks.held_likes import Floats, HeldLikes, item_matrix
from gnn.factors import Learned
from gnn.ranking import Rows

COUNTS = (1, 3, 5, 10)
"""Likes that are known of a newcomer."""
Form = Callable[[Rows], Floats]
"""From the item rows of k likes, int64[k], to scores of all items, float64[m]; -inf for what cannot be listed."""


@dataclass(frozen=True, slots=True)
class Newcomers(HeldLikes):
    """Users with more than the most of COUNTS likes."""

    LEAST: ClassVar[int] = max(COUNTS) + 1

    def judge(self, form: Form, count: int) -> Floats:
        """NDCG@TOP_K of each user by all likes but the first `count`, which `form` knows: float64[u]."""
        return self.judged([form(own[:count]) for own in self.likes], slice(count), slice(count, None))

    def judge_learned(self, learned: Learned, count: int) -> Floats:
        """The same by a training that had the first `count` likes of each."""
        row_of = {user: row for row, user in enumerate(learned.user_ids)}
        items, known = item_matrix(learned, self.data.item_ids)
        users = [learned.factors.users[row_of[self.data.user_ids[user]]].astype(np.float64) for user in self.users]
        scores = [np.where(known, items @ user, -np.inf) for user in users]
        return self.judged(scores, slice(count), slice(count, None))
