"""Tunes every peer by the same rule: as many settings for each, judged by the same validation pairs, never by test."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers import Peer, Setting, fitted
from gnn.metrics import of_lists
from gnn.ranking import Scorer, pair_matrix, ranked_by_scores
from gnn.splits import Split, of_known_users
from graph.errors import InputError

TOP_K = 10


@dataclass(frozen=True, slots=True)
class Tuned:
    """The best of `tried` settings of a peer: its mean NDCG@10 on validation, and what the search took."""

    peer: Peer
    setting: Setting
    ndcg: float
    tried: int
    seconds: float

    def fitted(self, split: Split, seed: int) -> Scorer:
        """The peer with this setting, trained on all of the train part of `split`."""
        return fitted(self.peer, pair_matrix(split.train), self.setting, seed)


def tuned(peer: Peer, folds: Sequence[Split], budget: int, seed: int) -> Tuned:
    """Choose among the usual setting of `peer` and `budget` - 1 that are drawn from its space.

    Each is trained on the train part of every validation fold; what counts is the mean NDCG@10 over the users of all
    folds that have pairs in both parts: no setting changes what the others get. Ties go to the earlier setting.
    Raises InputError where the folds have no such user.
    """
    started = perf_counter()
    random = np.random.default_rng([seed, zlib.crc32(peer.name.encode())])
    settings = [peer.usual, *(peer.draw(random) for _ in range(budget - 1))]
    judged = [of_known_users(fold) for fold in folds]
    if not any(len(fold.test) for fold in judged):
        raise InputError("No user of the validation folds has pairs both to learn from and to be judged by.")
    values = [float(np.mean(np.concatenate([_ndcg(peer, fold, one, seed) for fold in judged]))) for one in settings]
    best = int(np.argmax(values))
    return Tuned(peer, settings[best], values[best], budget, perf_counter() - started)


def _ndcg(peer: Peer, fold: Split, setting: Setting, seed: int) -> NDArray[np.float64]:
    if not len(fold.test):
        return np.empty(0)
    scorer = fitted(peer, pair_matrix(fold.train), setting, seed)
    given = ranked_by_scores(peer.name, scorer, fold, TOP_K, auc=False)
    return of_lists(given.ranked, pair_matrix(fold.test)[given.rows])["ndcg"]
