from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from gnn.ranking import best_rows, exact_auc, pair_matrix, rank_items, ranked_by_scores
from gnn.splits import Split
from graph.errors import ModelError
from graph.training_data import preference_arrays
from tests.worlds.judged import by_factors, pairs_of, split_of

SEEDS = st.integers(0, 100_000)


def best_by_sorting(scores: np.ndarray, top_k: int) -> list[list[int]]:
    best = []
    for row in scores:
        order = sorted(range(len(row)), key=lambda column: (-row[column], column))
        reachable = [column for column in order if row[column] > -np.inf][:top_k]
        best.append(reachable + [-1] * (top_k - len(reachable)))
    return best


@given(SEEDS, st.integers(0, 4), st.integers(0, 200), st.integers(1, 6), st.sampled_from([1, 4, 1000]))
def test_the_best_equal_sorting_everything(seed: int, users: int, items: int, top_k: int, values: int) -> None:
    random = np.random.default_rng(seed)
    scores = random.integers(values, size=(users, items)).astype(np.float32)
    scores[random.random((users, items)) < random.choice([0, 0.3, 0.99, 1])] = -np.inf
    assert best_rows(scores, top_k).tolist() == best_by_sorting(scores, top_k)


def test_among_equals_the_lower_rows_come_first_however_many_there_are() -> None:
    scores = np.zeros((2, 5_000), dtype=np.float32)
    scores[1, 4_000] = 1
    assert best_rows(scores, 3).tolist() == [[0, 1, 2], [4_000, 0, 1]]


def test_scores_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ModelError, match="diverged"):
        best_rows(np.array([[0.0, np.nan, 1.0]]), 1)


def test_where_items_run_out_the_rest_is_none() -> None:
    seen = pair_matrix(pairs_of(np.eye(4, 7)))
    ranked = rank_items(np.ones((4, 1)), np.arange(7, dtype=np.float64)[:, None], np.array([2]), seen, 9)
    assert ranked.tolist() == [[6, 5, 4, 3, 1, 0, -1, -1, -1]]


def test_empty_preferences_have_a_shape() -> None:
    assert pair_matrix(preference_arrays([], [], [], [])).shape == (0, 0)


@settings(max_examples=30)
@given(SEEDS)
def test_auc_of_scores_is_that_of_scikit_learn(seed: int) -> None:
    random = np.random.default_rng(seed)
    scores = random.integers(6, size=(5, 9)).astype(np.float32)
    relevant = random.random((5, 9)) < 0.4
    hidden = ~relevant & (random.random((5, 9)) < 0.3)
    scores[hidden] = -np.inf
    ours = exact_auc(scores, pair_matrix(pairs_of(relevant)))
    for user in range(5):
        truth = relevant[user][~hidden[user]]
        if truth.all() or not truth.any():
            assert np.isnan(ours[user])
        else:
            assert ours[user] == pytest.approx(roc_auc_score(truth, scores[user][~hidden[user]]))


def test_a_relevant_item_that_is_no_candidate_is_below_all() -> None:
    scores = np.array([[3.0, 2.0, 1.0, -np.inf]])
    relevant = pair_matrix(pairs_of(np.array([[1, 0, 0, 1]])))
    assert exact_auc(scores, relevant).tolist() == [0.5]


@given(SEEDS, st.integers(1, 8))
def test_factors_are_ranked_for_test_users_without_what_they_have(seed: int, top_k: int) -> None:
    random = np.random.default_rng(seed)
    states = random.integers(3, size=(5, 8))
    allowed = random.random(8) < 0.8
    users = random.integers(-2, 3, size=(5, 3)).astype(np.float32)
    items = random.integers(-2, 3, size=(8, 3)).astype(np.float32)
    split = split_of(states)
    recommended = ranked_by_scores("some", by_factors(users, items), split, top_k, allowed=allowed)
    scores = users @ items.T
    scores[(states == 1) | ~allowed] = -np.inf
    rows = np.flatnonzero((states == 2).any(axis=1))
    assert recommended.strategy == "some"
    assert recommended.rows.tolist() == rows.tolist()
    assert recommended.ranked.tolist() == best_by_sorting(scores[rows], top_k)
    expected = exact_auc(scores[rows], pair_matrix(split.test)[rows])
    assert recommended.auc is not None
    assert np.array_equal(recommended.auc, expected, equal_nan=True)


def test_what_is_seen_can_be_more_than_train() -> None:
    split = Split(pairs_of(np.array([[1, 0, 0, 0]])), pairs_of(np.array([[0, 0, 0, 1]])))
    seen = pair_matrix(pairs_of(np.array([[1, 0, 1, 0]])))
    scores = np.array([[4.0, 1.0, 3.0, 2.0]])
    ranked = ranked_by_scores("some", lambda rows: scores[rows], split, 3, seen=seen, auc=False)
    assert ranked.ranked.tolist() == [[3, 1, -1]]
    assert ranked.auc is None


def test_users_are_ranked_alike_in_blocks_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(1)
    states = random.integers(3, size=(40, 30))
    split = split_of(states)
    users, items = random.normal(size=(40, 4)), random.normal(size=(30, 4))
    at_once = ranked_by_scores("some", by_factors(users, items), split, 5)
    monkeypatch.setattr("gnn.ranking.USERS_AT_ONCE", 7)
    in_blocks = ranked_by_scores("some", by_factors(users, items), split, 5)
    assert np.array_equal(at_once.ranked, in_blocks.ranked)
    assert np.array_equal(np.asarray(at_once.auc), np.asarray(in_blocks.auc))
