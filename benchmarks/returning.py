"""Users whom a training knows and who have liked more since: judged by what they like after that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from benchmarks.held_likes import Floats, HeldLikes, item_matrix
from gnn.factors import Learned
from gnn.inner_product import searchable_users
from gnn.prior import learn_prior
from recommend.fold_in import Likes, renewed

NEWER, LATER = 5, 5
"""Likes after the training, and those after these, which judge."""


@dataclass(frozen=True, slots=True)
class Returning(HeldLikes):
    """Users with at least 20 likes, so that the training has ten."""

    LEAST: ClassVar[int] = 20

    def judge(self, learned: Learned, known: int, trust: int, count: int) -> Floats:
        """NDCG@TOP_K of each user's LATER likes where the first `count` newer ones are folded in: float64[u].

        The trained vector weighs as `trust` likes, which all of these users had.
        """
        items, able = item_matrix(learned, self.data.item_ids)
        row_of = {user: row for row, user in enumerate(learned.user_ids)}
        prior, trained = learn_prior(learned.factors, known), searchable_users(learned.factors.users)
        scores = []
        for user, own in zip(self.users.tolist(), self.likes, strict=True):
            vector = trained[row_of[self.data.user_ids[user]]]
            newer = own[len(own) - NEWER - LATER :][:count]
            liked = items[newer[able[newer]]].astype(np.float32)
            if len(liked):
                vector = renewed(vector, trust, prior, Likes.alike(liked), trust=trust)
            scores.append(np.where(able, items @ vector[: items.shape[1]].astype(np.float64), -np.inf))
        return self.judged(scores, slice(-LATER), slice(-LATER, None))
