"""Judges what strategies recommend to the test users of a split, by every metric and user by user.

Knows no database: rankings come from gnn.ranking, or from wherever the strategies were asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from gnn import metrics
from gnn.evaluation import beyond_accuracy as beyond
from gnn.evaluation.judgement import Judged, Judgement, UserValues
from gnn.evaluation.user_groups import user_groups
from gnn.ranking import pair_matrix
from gnn.recommended import Catalogue, Recommended
from gnn.splits import Split
from graph.errors import InputError
from recommend.exposure import self_information

TOP_KS = (10, 20)
Counts = NDArray[np.int64]
Values = NDArray[np.float64]


def judge(
    recommended: Sequence[Recommended],
    split: Split,
    catalogue: Catalogue | None = None,
    top_ks: Sequence[int] = TOP_KS,
    *,
    cold_users_below: int = 1,
    cold_items_below: int = 1,
) -> Judgement:
    """All metrics of every strategy for every user with a test pair.

    `catalogue` is by default every item, without features: then diversity is defined for nobody. Users with fewer than
    `cold_users_below` train pairs are the group `cold`; `cold_recall@K` is Recall@K of the test pairs on items with
    fewer than `cold_items_below` train pairs, over the users that have such a pair. Popularity, for novelty and
    popularity bias, is the share of the users with a train pair that have an item there.
    Raises InputError where a strategy was not asked for exactly the test users, has fewer positions than the largest
    K, or recommends an item twice, a train pair, or an item outside the catalogue; and for a split without test pairs.
    """
    if not len(split.test):
        raise InputError("The split has no test pairs, so nothing can be judged. Choose an earlier cut or more data.")
    known = catalogue or Catalogue(np.ones(len(split.test.item_ids), dtype=np.bool_))
    exam = _exam(split, known, tuple(sorted(top_ks)), cold_items_below)
    profile_sizes = np.diff(exam.train.indptr)[exam.rows].astype(np.int64)
    return Judgement(
        user_ids=split.train.user_ids,
        users=exam.rows,
        profile_sizes=profile_sizes,
        groups=user_groups(profile_sizes, cold_users_below),
        strategies=tuple(exam.judge(strategy) for strategy in recommended),
        catalogue=known.items,
        top_ks=exam.top_ks,
        train_pairs=(len(split.train),),
        test_pairs=(len(split.test),),
    )


@dataclass(frozen=True, slots=True)
class _Exam:
    """What all strategies of a split are judged by.

    `rows`: int64[u], test users; `train`, `test`, `cold_test`: users x items; `relevant`, `cold_relevant`: int64[u];
    `reachable`, `candidates`: int64[u], see metrics.list_auc; `popularity`, `information`: float64[m];
    `profiles`: float64[u], mean popularity of what a user has; `directions`: float[m, f].
    """

    catalogue: Catalogue
    top_ks: tuple[int, ...]
    rows: Counts
    train: csr_array
    test: csr_array
    cold_test: csr_array
    relevant: Counts
    cold_relevant: Counts
    reachable: Counts
    candidates: Counts
    popularity: Values
    information: Values
    profiles: Values
    directions: csr_array

    def judge(self, given: Recommended) -> Judged:
        self._refuse_wrong(given)
        found = metrics.hits(given.ranked, self.rows, self.test)
        cold_found = metrics.hits(given.ranked, self.rows, self.cold_test)
        area = self._list_auc(given, found) if given.auc is None else given.auc
        values = {"auc": _defined(area)}
        for top_k in self.top_ks:
            at_k = self._accuracy(found[:, :top_k], cold_found[:, :top_k]) | self._beyond(given.ranked[:, :top_k])
            values |= {f"{name}@{top_k}": value for name, value in at_k.items()}
        shown = {k: beyond.exposure(given.ranked[:, :k], len(self.popularity)) for k in self.top_ks}
        return Judged(given.strategy, given.auc is not None, values, shown)

    def _accuracy(self, found: NDArray[np.bool_], cold_found: NDArray[np.bool_]) -> dict[str, UserValues]:
        has_cold = self.cold_relevant > 0
        cold = np.where(has_cold, metrics.recall(cold_found, np.maximum(self.cold_relevant, 1)), np.nan)
        return {
            "recall": _defined(metrics.recall(found, self.relevant)),
            "precision": _defined(metrics.precision(found)),
            "ndcg": _defined(metrics.ndcg(found, self.relevant)),
            "map": _defined(metrics.average_precision(found, self.relevant)),
            "mrr": _defined(metrics.reciprocal_rank(found)),
            "hit_rate": _defined(metrics.hit_rate(found)),
            "cold_recall": _defined(cold),
        }

    def _beyond(self, ranked: Counts) -> dict[str, UserValues]:
        popular = beyond.list_mean(ranked, self.popularity)
        both = np.isfinite(popular) & np.isfinite(self.profiles)
        return {
            "novelty": _defined(beyond.list_mean(ranked, self.information)),
            "diversity": _defined(beyond.diversity(ranked, self.directions)),
            "popularity_bias": UserValues(np.where(both, popular, 0.0), np.where(both, self.profiles, 0.0)),
        }

    def _list_auc(self, given: Recommended, found: NDArray[np.bool_]) -> Values:
        listed = (given.ranked >= 0).sum(axis=1)
        return metrics.list_auc(found, listed, self.relevant, self.reachable, self.candidates)

    def _refuse_wrong(self, given: Recommended) -> None:
        name, ranked = given.strategy, given.ranked
        if not np.array_equal(given.rows, self.rows):
            raise InputError(f"{name}: ask for exactly the {len(self.rows)} users with a test pair, in row order.")
        if ranked.shape[1] < self.top_ks[-1]:
            raise InputError(f"{name}: {ranked.shape[1]} positions are not enough to judge {self.top_ks[-1]}.")
        items = np.sort(ranked, axis=1)
        if ((items[:, 1:] == items[:, :-1]) & (items[:, 1:] >= 0)).any():
            raise InputError(f"{name} recommends an item twice to the same user.")
        if (ranked[:, 1:][ranked[:, :-1] < 0] >= 0).any():
            raise InputError(f"{name} has an item after an empty position; empty ones come last.")
        if not self.catalogue.items[ranked[ranked >= 0]].all():
            raise InputError(f"{name} recommends an item that is not in the catalogue.")
        if metrics.hits(ranked, self.rows, self.train).any():
            raise InputError(f"{name} recommends what the user already has in train.")


def _exam(split: Split, catalogue: Catalogue, top_ks: tuple[int, ...], cold_items_below: int) -> _Exam:
    train, test = pair_matrix(split.train), pair_matrix(split.test)
    rows, relevant = np.unique(split.test.users, return_counts=True)
    owners = np.bincount(split.train.items, minlength=len(split.train.item_ids))
    cold_test = pair_matrix(split.test.where(owners[split.test.items] < cold_items_below))
    reachable = pair_matrix(split.test.where(catalogue.items[split.test.items]))
    users = int((np.diff(train.indptr) > 0).sum())
    popularity = owners / max(users, 1)
    unseen = catalogue.items.sum() - (train @ catalogue.items.astype(np.float64)).astype(np.int64)
    features = csr_array((len(owners), 0)) if catalogue.features is None else catalogue.features
    return _Exam(
        catalogue=catalogue,
        top_ks=top_ks,
        rows=rows,
        train=train,
        test=test,
        cold_test=cold_test,
        relevant=relevant.astype(np.int64),
        cold_relevant=np.diff(cold_test.indptr)[rows].astype(np.int64),
        reachable=np.diff(reachable.indptr)[rows].astype(np.int64),
        candidates=unseen[rows],
        popularity=popularity,
        information=self_information(owners, users),
        profiles=beyond.profile_popularity(train, popularity)[rows],
        directions=beyond.unit_rows(features),
    )


def _defined(values: Values) -> UserValues:
    """Mean over the users for whom the value is not NaN."""
    defined = np.isfinite(values)
    return UserValues(np.where(defined, values, 0.0), defined.astype(np.float64))
