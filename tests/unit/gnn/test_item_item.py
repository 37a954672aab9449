from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_array

from gnn.closed_forms import MOST_DENSE, ease, walk
from gnn.item_item import fit_item_item, item_item_scorer, strongest
from gnn.ranking import pair_matrix
from gnn.settings import ItemItemSettings
from graph.errors import ModelError
from graph.training_data import preference_arrays

ONES = arrays(np.float32, st.tuples(st.integers(1, 7), st.integers(1, 7)), elements=st.sampled_from([0.0, 1.0]))


@given(ONES, st.floats(0, 1.5), st.floats(0, 1.5), st.floats(0, 1.5), st.sampled_from([0.5, 1.0, 1.25, 2.0]))
@settings(deadline=None)
def test_walk_is_what_walking_by_hand_gives(
    likes: np.ndarray, user: float, source: float, target: float, power: float
) -> None:
    chosen = ItemItemSettings(user_degree=user, source_degree=source, target_degree=target, power=power)
    users, items = likes.sum(axis=1), likes.sum(axis=0)
    expected = np.zeros((likes.shape[1],) * 2)
    for i in range(likes.shape[1]):
        for j in range(likes.shape[1]):
            common = sum(users[u] ** -user for u in range(len(likes)) if likes[u, i] and likes[u, j])
            if i != j and common:
                expected[i, j] = (common * items[i] ** -source * items[j] ** -target) ** power
    np.testing.assert_allclose(walk(csr_array(likes), chosen).toarray(), expected, rtol=1e-4)


@given(ONES, st.floats(0.5, 500))
@settings(deadline=None)
def test_ease_solves_each_items_regression(likes: np.ndarray, regularisation: float) -> None:
    """Steck's model is, for each item, ridge regression on all other items."""
    weights = ease(csr_array(likes), regularisation).toarray()
    for j in range(likes.shape[1]):
        others = np.delete(np.arange(likes.shape[1]), j)
        x = likes[:, others].astype(np.float64)
        expected = np.linalg.solve(x.T @ x + regularisation * np.eye(len(others)), x.T @ likes[:, j])
        np.testing.assert_allclose(weights[others, j], expected, atol=1e-5)
        assert weights[j, j] == 0


@given(arrays(np.float32, (5, 6), elements=st.integers(-3, 3).map(float)), st.integers(1, 6))
def test_strongest_keeps_the_largest_by_magnitude_and_of_ties_the_first(weights: np.ndarray, top_k: int) -> None:
    kept = strongest(csr_array(weights), top_k).toarray()
    for row, own in zip(weights, kept, strict=True):
        order = sorted(range(6), key=lambda k: (-abs(row[k]), k))[:top_k]
        expected = [row[k] if k in order else 0 for k in range(6)]
        np.testing.assert_array_equal(own, expected)


def test_a_score_sums_over_what_a_user_likes() -> None:
    data = preference_arrays(list("aabbcc"), list("xyyzxz"), [1.0] * 6, [0] * 6)
    weights = fit_item_item(
        data, ItemItemSettings(form="walk", user_degree=0, source_degree=0, target_degree=0, power=1)
    )
    scores = item_item_scorer(pair_matrix(data), weights)(np.array([0, 2]))
    # Each pair of the three items has one user in common.
    np.testing.assert_allclose(scores, [[1, 1, 2], [1, 2, 1]])


def test_ease_refuses_more_items_than_memory_is_likely_to_hold() -> None:
    with pytest.raises(ModelError, match="EDGEWISE_ITEM_ITEM_FORM=walk"):
        ease(csr_array(np.zeros((1, MOST_DENSE + 1), dtype=np.float32)), 1.0)
