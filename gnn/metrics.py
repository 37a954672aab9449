"""Ranking metrics, one value per user so that models can be compared in pairs."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graph.training_data import PreferenceArrays

Floats: TypeAlias = NDArray[np.float32] | NDArray[np.float64]
USERS_AT_ONCE = 512


def pair_matrix(data: PreferenceArrays) -> csr_array:
    """Users x items, float32 ones where a pair is."""
    ones = np.ones(len(data), dtype=np.float32)
    return csr_array((ones, (data.users, data.items)), shape=(len(data.user_ids), len(data.item_ids)))


def rank_items(users: Floats, items: Floats, rows: NDArray[np.int64], seen: csr_array, top_k: int) -> NDArray[np.int64]:
    """The best `top_k` item rows by inner product for each of the user `rows`, seen ones never: int64[u, top_k].

    `users`: [n, d], `items`: [m, d], `seen`: n x m. Ties go to the lower item row. Where fewer than `top_k` items
    are left, the rest is -1.
    """
    ranked = np.empty((len(rows), top_k), dtype=np.int64)
    for start in range(0, len(rows), USERS_AT_ONCE):
        part = rows[start : start + USERS_AT_ONCE]
        scores = users[part] @ items.T
        scores[seen[part].nonzero()] = -np.inf
        ranked[start : start + USERS_AT_ONCE] = _best(scores, top_k)
    return ranked


def _best(scores: Floats, top_k: int) -> NDArray[np.int64]:
    best = np.argsort(-scores, axis=1, kind="stable")[:, :top_k]
    left_out = np.isneginf(np.take_along_axis(scores, best, axis=1))
    padded = np.full((len(scores), top_k), -1, dtype=np.int64)
    padded[:, : best.shape[1]] = np.where(left_out, -1, best)
    return padded


def hits(ranked: NDArray[np.int64], rows: NDArray[np.int64], relevant: csr_array) -> NDArray[np.bool_]:
    """Whether each ranked item (-1: none) is relevant to its user: bool[u, k]."""
    flat = relevant[np.repeat(rows, ranked.shape[1]), np.maximum(ranked, 0).ravel()]
    found = np.asarray(flat, dtype=np.float32).reshape(ranked.shape) > 0
    return found & (ranked >= 0)


def recall(found: NDArray[np.bool_], relevant: NDArray[np.int64]) -> NDArray[np.float64]:
    """Recall@K per user: hits over how many are relevant (int64[u], all > 0); K is the width of `found`."""
    share: NDArray[np.float64] = found.sum(axis=1) / relevant
    return share


def ndcg(found: NDArray[np.bool_], relevant: NDArray[np.int64]) -> NDArray[np.float64]:
    """NDCG@K per user with binary gains: DCG over that of the best order of min(K, relevant) items.

    Järvelin & Kekäläinen, Cumulated gain-based evaluation of IR techniques (2002), with discount log2(position + 1).
    """
    discounts = 1.0 / np.log2(np.arange(2, found.shape[1] + 2))
    ideal = np.cumsum(discounts)[np.minimum(relevant, found.shape[1]) - 1]
    gained: NDArray[np.float64] = (found * discounts).sum(axis=1) / ideal
    return gained


def evaluate(
    users: Floats, items: Floats, train: PreferenceArrays, test: PreferenceArrays, top_k: int = 10
) -> dict[str, NDArray[np.float64]]:
    """`ndcg` and `recall` at `top_k` per user with a test pair, in the order of user rows; train pairs are seen."""
    rows, relevant = np.unique(test.users, return_counts=True)
    ranked = rank_items(users, items, rows, pair_matrix(train), top_k)
    found = hits(ranked, rows, pair_matrix(test))
    return {"ndcg": ndcg(found, relevant), "recall": recall(found, relevant)}
