"""Chooses settings of our models and the weights of their blend on validation folds, never on test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
from scipy.sparse import csr_array, vstack

from benchmarks.our_models import Model, Setting
from gnn.blend_weights import LearnedWeights, learn_weights
from gnn.blending import top_lists
from gnn.metrics import hits, ndcg
from gnn.ranking import pair_matrix
from gnn.splits import Split
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
    """Folds of users who have pairs to learn from and to be judged by; settings are judged by NDCG@`top_k`."""

    folds: Sequence[Split]
    top_k: int

    @classmethod
    def of(cls, folds: Sequence[Split], top_k: int, most_users: int, seed: int) -> Validation:
        """Of each fold at most `most_users` such users, drawn at random."""
        random = np.random.default_rng(seed)
        return cls([_some(fold, most_users, random) for fold in folds], top_k)

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
        values = [self._ndcg(one) for one in pooled]
        best = int(np.argmax(values))
        return Chosen(settings[best], values[best], len(settings), pooled[best], perf_counter() - started)

    def weights(self, chosen: Mapping[str, Chosen]) -> LearnedWeights:
        """The blend of the chosen variants that does best."""
        return learn_weights({name: one.lists for name, one in chosen.items()}, self._held(), self.top_k)

    def _ndcg(self, lists: Lists) -> float:
        held = self._held()
        rows = np.arange(held.shape[0])
        return float(ndcg(hits(lists.items[:, : self.top_k], rows, held), np.diff(held.indptr)).mean())

    def _held(self) -> csr_array:
        parts = [pair_matrix(fold.test)[np.unique(fold.test.users)] for fold in self.folds]
        return csr_array(vstack(parts))


def _some(fold: Split, most: int, random: np.random.Generator) -> Split:
    known = np.bincount(fold.train.users, minlength=len(fold.train.user_ids)) > 0
    users = np.unique(fold.test.users[known[fold.test.users]])
    asked = random.choice(users, min(most, len(users)), replace=False)
    return replace(fold, test=fold.test.where(np.isin(fold.test.users, asked)))


def _joined(parts: Sequence[Lists]) -> Lists:
    return Lists(np.concatenate([one.items for one in parts]), np.concatenate([one.scores for one in parts]))
