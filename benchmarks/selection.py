"""Chooses settings of our models and the weights of their blend on validation folds, never on test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from scipy.sparse import csr_array, vstack

from benchmarks.our_models import Model, Setting
from gnn.blend_weights import LearnedWeights, learn_weights
from gnn.blending import top_lists
from gnn.metrics import of_lists
from gnn.ranking import pair_matrix
from gnn.splits import Split, of_known_users, sampled
from recommend.blend import Lists


@dataclass(frozen=True, slots=True)
class Chosen:
    """The best of `tried` settings of a model by mean NDCG on validation, its lists there, and what it took."""

    setting: Setting
    value: float
    tried: int
    lists: Lists
    seconds: float


@dataclass(frozen=True, slots=True)
class Validation:
    """Folds of users who have pairs to learn from and to be judged by; settings are judged by NDCG@`top_k`.

    `held`: u x m, what was held out, a row for each such user of each fold.
    """

    folds: Sequence[Split]
    held: csr_array
    top_k: int

    @classmethod
    def of(cls, folds: Sequence[Split], top_k: int, most_users: int, seed: int) -> Validation:
        """Of each fold at most `most_users` such users, drawn at random."""
        judging = [sampled(of_known_users(fold), most_users, seed) for fold in folds]
        parts = [pair_matrix(fold.test)[np.unique(fold.test.users)] for fold in judging]
        return cls(judging, csr_array(vstack(parts)), top_k)

    def choose(self, model: Model, seed: int) -> Chosen:
        """Try all variants of `model` on every fold. Ties go to the earlier one."""
        started = perf_counter()
        lists: list[list[Lists]] = []
        settings: list[Setting] = []
        for fold in self.folds:
            for place, variant in enumerate(model.variants(fold.train, seed)):
                if place == len(lists):
                    lists.append([])
                    settings.append(variant.setting)
                lists[place].append(top_lists(variant.scorer, np.unique(fold.test.users), pair_matrix(fold.train)))
        pooled = [_joined(parts) for parts in lists]
        values = [float(of_lists(one.items[:, : self.top_k], self.held)["ndcg"].mean()) for one in pooled]
        best = int(np.argmax(values))
        return Chosen(settings[best], values[best], len(settings), pooled[best], perf_counter() - started)

    def weights(self, chosen: Mapping[str, Chosen]) -> LearnedWeights:
        """The blend of the chosen variants that does best."""
        return learn_weights({name: one.lists for name, one in chosen.items()}, self.held, self.top_k)


def _joined(parts: Sequence[Lists]) -> Lists:
    return Lists(np.concatenate([one.items for one in parts]), np.concatenate([one.scores for one in parts]))
