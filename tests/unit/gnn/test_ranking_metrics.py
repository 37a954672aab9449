from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnn.metrics import evaluate, hits, ndcg, recall
from gnn.ranking import pair_matrix, rank_items
from graph.training_data import PreferenceArrays, preference_arrays

USERS, ITEMS = 4, 7


def pairs_of(matrix: np.ndarray) -> PreferenceArrays:
    users, items = matrix.nonzero()
    return PreferenceArrays(
        [f"u{k}" for k in range(USERS)],
        [f"i{k}" for k in range(ITEMS)],
        users.astype(np.int64),
        items.astype(np.int64),
        np.ones(len(users), dtype=np.float32),
        np.zeros(len(users), dtype=np.int64),
    )


@given(st.integers(0, 10_000), st.integers(1, 9))
def test_metrics_equal_counting_by_hand(seed: int, top_k: int) -> None:
    random = np.random.default_rng(seed)
    states = random.integers(3, size=(USERS, ITEMS))
    users = random.integers(-2, 3, size=(USERS, 2)).astype(np.float32)
    items = random.integers(-2, 3, size=(ITEMS, 2)).astype(np.float32)
    found = evaluate(users, items, pairs_of(states == 1), pairs_of(states == 2), top_k)
    expected = []
    for user in np.flatnonzero((states == 2).any(axis=1)):
        scores = users[user] @ items.T
        unseen = [item for item in range(ITEMS) if states[user, item] != 1]
        ranked = sorted(unseen, key=lambda item: (-scores[item], item))[:top_k]
        gains = [1 / math.log2(place + 2) for place, item in enumerate(ranked) if states[user, item] == 2]
        relevant = int((states[user] == 2).sum())
        ideal = sum(1 / math.log2(place + 2) for place in range(min(relevant, top_k)))
        expected.append((sum(gains) / ideal, len(gains) / relevant))
    assert np.allclose(list(zip(found["ndcg"], found["recall"], strict=True)), np.reshape(expected, (-1, 2)))


def test_where_items_run_out_the_rest_is_none() -> None:
    seen = pair_matrix(pairs_of(np.eye(USERS, ITEMS)))
    ranked = rank_items(np.ones((USERS, 1)), np.arange(ITEMS, dtype=np.float64)[:, None], np.array([2]), seen, 9)
    assert ranked.tolist() == [[6, 5, 4, 3, 1, 0, -1, -1, -1]]
    relevant = pair_matrix(pairs_of(np.ones((USERS, ITEMS))))
    assert hits(ranked, np.array([2]), relevant).sum() == 6


def test_a_perfect_ranking_scores_one() -> None:
    found = np.array([[True, True, False]])
    assert ndcg(found, np.array([2])) == pytest.approx([1.0])
    assert recall(found, np.array([4])) == pytest.approx([0.5])


def test_empty_preferences_have_a_shape() -> None:
    assert pair_matrix(preference_arrays([], [], [], [])).shape == (0, 0)
