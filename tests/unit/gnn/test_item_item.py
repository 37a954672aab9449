from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_array

from gnn.closed_forms import MOST_DENSE, ease, walk
from gnn.item_item import (
    HELD_OUT,
    QUICK,
    REGULARISATIONS,
    SEED,
    Choice,
    candidates,
    choose,
    fit_item_item,
    item_item_scorer,
    judge,
    strongest,
    truncation,
    whole,
)
from gnn.model_settings import ItemItemSettings
from gnn.ranking import pair_matrix
from gnn.splits import random_share
from gnn.train_item_item import neighbours
from graph.errors import ModelError
from graph.similarity import Neighbours
from graph.training_data import PreferenceArrays, preference_arrays

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


def two_tastes() -> PreferenceArrays:
    """Sixty users of two tastes, of whom each has half of the 20 items of her own, and one of all."""
    random = np.random.default_rng(3)
    pairs = []
    for user in range(60):
        own = random.choice(20, 10, replace=False) + 20 * (user % 2)
        pairs += [(f"u{user:02}", f"i{item:02}") for item in {*own.tolist(), int(random.integers(40))}]
    users, items = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return preference_arrays(users, items, [1.0] * len(pairs), [0] * len(pairs))


def test_auto_takes_the_best_of_its_candidates_by_what_is_held_out() -> None:
    data = two_tastes()
    settings = ItemItemSettings(form="auto", top_k=5)
    choice = choose(data, settings)
    tried = list(candidates(settings, 60, 40))
    assert choice.tried == len(tried) == 1 + len(REGULARISATIONS)
    assert choice.settings in tried
    split = random_share(data, HELD_OUT, SEED)
    values = [judge(strongest(whole(split.train, one), 5), split)["ndcg"] for one in tried]
    assert choice.value == max(values) > min(values)
    assert choice.settings == tried[values.index(max(values))]
    np.testing.assert_array_equal(
        fit_item_item(data, settings).toarray(), fit_item_item(data, choice.settings).toarray()
    )


def test_auto_tries_ease_only_where_it_is_quick() -> None:
    settings = ItemItemSettings()
    assert {one.form for one in candidates(settings, QUICK, MOST_DENSE)} == {"walk", "ease"}
    assert {one.form for one in candidates(settings, QUICK + 1, QUICK + 1)} == {"walk"}
    assert {one.form for one in candidates(settings, 1, MOST_DENSE + 1)} == {"walk"}


def test_a_form_that_is_set_is_not_tried_and_nothing_held_out_means_walk() -> None:
    settings = ItemItemSettings(form="ease")
    assert choose(two_tastes(), settings) == Choice(settings)
    alone = preference_arrays(["a", "b"], ["x", "x"], [1.0, 1.0], [0, 0])
    assert choose(alone, ItemItemSettings()) == Choice(ItemItemSettings(form="walk"))


def test_without_a_choice_nothing_is_fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gnn.item_item.QUICK", 39)
    monkeypatch.setattr("gnn.item_item.whole", None)
    assert choose(two_tastes(), ItemItemSettings(top_k=7)) == Choice(ItemItemSettings(form="walk", top_k=7))


@pytest.mark.parametrize("form", ["walk", "ease"])
def test_truncation_tells_what_few_edges_lose(form: Literal["walk", "ease"]) -> None:
    split = random_share(two_tastes(), 0.2, 1)
    few, all_edges = (truncation(split, ItemItemSettings(form=form, top_k=k), 5) for k in (2, 40))
    assert all_edges["ndcg"] == all_edges["dense_ndcg"] == few["dense_ndcg"]
    assert all_edges["recall"] == all_edges["dense_recall"] == few["dense_recall"]
    assert few["ndcg"] < few["dense_ndcg"]
    likes = pair_matrix(split.train).toarray()
    scores = np.where(likes > 0, -np.inf, likes @ whole(split.train, ItemItemSettings(form=form)).toarray())
    best = np.argsort(-scores, axis=1, kind="stable")[:, :5]
    held = pair_matrix(split.test).toarray()
    recalls = [held[user, best[user]].sum() / held[user].sum() for user in range(60) if held[user].any()]
    assert all_edges["recall"] == pytest.approx(np.mean(recalls))


def test_lists_of_edges_come_the_highest_first() -> None:
    weights = csr_array(np.array([[0, 1, 3, -2], [0, 0, 0, 0], [5, 5, 0, 0], [0, 0, 0, 0]], dtype=np.float32))
    assert list(neighbours("abcd", weights)) == [
        Neighbours("a", ["c", "b", "d"], [3.0, 1.0, -2.0]),
        Neighbours("c", ["a", "b"], [5.0, 5.0]),
    ]
