"""Ranking metrics, one value per user so that models can be compared in pairs.

Everywhere here `found` is bool[u, K], whether the item at each position of a user's list is relevant, and `relevant` is
int64[u], how many items are relevant to each user, all above 0. The definitions are those of the LightGCN paper's code
where it has the metric (Recall and NDCG), so that figures on its splits can be compared.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from gnn.ranking import Floats, pair_matrix, rank_items
from gnn.ratio import ratio
from graph.training_data import PreferenceArrays

Found = NDArray[np.bool_]
Counts = NDArray[np.int64]
Values = NDArray[np.float64]


def hits(ranked: NDArray[np.int64], rows: NDArray[np.int64], relevant: csr_array) -> Found:
    """Whether each ranked item (-1: none) is relevant to its user: bool[u, k]."""
    if not ranked.size:
        return np.zeros(ranked.shape, dtype=np.bool_)
    flat = relevant[np.repeat(rows, ranked.shape[1]), np.maximum(ranked, 0).ravel()]
    found = np.asarray(flat, dtype=np.float32).reshape(ranked.shape) > 0
    return found & (ranked >= 0)


def recall(found: Found, relevant: Counts) -> Values:
    """Recall@K: hits over how many are relevant."""
    share: Values = found.sum(axis=1) / relevant
    return share


def precision(found: Found) -> Values:
    """Precision@K: hits over K, also where fewer than K could be recommended."""
    share: Values = found.sum(axis=1) / found.shape[1]
    return share


def hit_rate(found: Found) -> Values:
    """1 where any of the K is relevant, else 0."""
    return np.asarray(found.any(axis=1), dtype=np.float64)


def reciprocal_rank(found: Found) -> Values:
    """One over the position of the first hit, 0 where there is none; its mean is MRR@K."""
    return np.asarray(found.any(axis=1) / (found.argmax(axis=1) + 1), dtype=np.float64)


def average_precision(found: Found, relevant: Counts) -> Values:
    """The sum of Precision@p over the positions p of hits, divided by min(K, relevant); its mean is MAP@K.

    So a list that has as many hits as it can scores 1. Dividing by all relevant items, as some do, gives the same
    where K is not below them; dividing by the hits found, as others do, does not punish what is missing.
    """
    positions = np.arange(1, found.shape[1] + 1)
    precisions = np.cumsum(found, axis=1) / positions
    share: Values = (precisions * found).sum(axis=1) / np.minimum(relevant, found.shape[1])
    return share


def ndcg(found: Found, relevant: Counts) -> Values:
    """NDCG@K with binary gains: DCG over that of the best order of min(K, relevant) items.

    Järvelin & Kekäläinen, Cumulated gain-based evaluation of IR techniques (2002), with discount log2(position + 1).
    """
    discounts = 1.0 / np.log2(np.arange(2, found.shape[1] + 2))
    ideal = np.cumsum(discounts)[np.minimum(relevant, found.shape[1]) - 1]
    gained: Values = (found * discounts).sum(axis=1) / ideal
    return gained


def list_auc(found: Found, listed: Counts, relevant: Counts, reachable: Counts, candidates: Counts) -> Values:
    """AUC where only lists are known: candidates that are not listed are tied with each other, below those that are.

    `listed`: int64[u], length of each list; `reachable`: int64[u], how many of the relevant items are candidates at
    all (the others are below everything); `candidates`: int64[u], items that could be recommended. NaN where all
    candidates are relevant. For short lists this is near 1/2 whatever the model, so compare only lists of one length.
    """
    others = candidates - reachable
    wrong_above = np.cumsum(~found, axis=1)
    won = np.where(found, others[:, None] - wrong_above, 0).sum(axis=1).astype(np.float64)
    caught = found.sum(axis=1)
    won += (reachable - caught) * (others - (listed - caught)) / 2
    return ratio(won, relevant * others)


def evaluate(
    users: Floats, items: Floats, train: PreferenceArrays, test: PreferenceArrays, top_k: int = 10
) -> dict[str, Values]:
    """`ndcg` and `recall` at `top_k` per user with a test pair, in the order of user rows; train pairs are seen."""
    rows = np.unique(test.users)
    return of_lists(rank_items(users, items, rows, pair_matrix(train), top_k), pair_matrix(test)[rows])


def of_lists(ranked: NDArray[np.int64], held: csr_array) -> dict[str, Values]:
    """`ndcg` and `recall` of the lists (int64[u, k], -1: none) of users, whose held-out items `held` (u x m) has."""
    found, relevant = hits(ranked, np.arange(len(ranked)), held), np.diff(held.indptr)
    return {"ndcg": ndcg(found, relevant), "recall": recall(found, relevant)}
