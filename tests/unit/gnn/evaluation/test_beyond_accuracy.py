from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from gnn.evaluation.beyond_accuracy import (
    diversity,
    exposure,
    list_mean,
    profile_popularity,
    unit_rows,
)
from recommend.exposure import coverage, gini, self_information

SEEDS = st.integers(0, 10_000)
USERS, ITEMS = 5, 8


def lists(seed: int) -> np.ndarray:
    """Random lists, of which some are short or empty."""
    random = np.random.default_rng(seed)
    ranked = np.array([random.permutation(ITEMS)[:4] for _ in range(USERS)])
    ranked[np.arange(4) >= random.integers(0, 5, size=(USERS, 1))] = -1
    return ranked


def members(row: np.ndarray) -> list[int]:
    return [item for item in row.tolist() if item >= 0]


@given(SEEDS)
def test_exposure_and_coverage_equal_counting(seed: int) -> None:
    ranked = lists(seed)
    shown = exposure(ranked, ITEMS)
    everything = [item for row in ranked for item in members(row)]
    assert shown.tolist() == [everything.count(item) for item in range(ITEMS)]
    assert coverage(shown) == len(set(everything)) / ITEMS


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12))
def test_gini_is_half_the_mean_difference_over_the_mean(counts: list[int]) -> None:
    shown = np.array(counts)
    if not shown.sum():
        assert math.isnan(gini(shown))
    else:
        differences = np.abs(shown[:, None] - shown[None, :]).mean()
        assert gini(shown) == pytest.approx(differences / (2 * shown.mean()))


def test_gini_goes_from_all_alike_to_one_that_has_all() -> None:
    assert gini(np.array([3, 3, 3])) == 0
    assert gini(np.r_[np.zeros(999, dtype=np.int64), 5]) == pytest.approx(0.999)


def test_an_empty_catalogue_has_no_coverage() -> None:
    assert math.isnan(coverage(np.array([], dtype=np.int64)))


@given(SEEDS)
def test_the_mean_of_a_list_leaves_empty_positions_out(seed: int) -> None:
    ranked, values = lists(seed), np.random.default_rng(seed).random(ITEMS)
    means = list_mean(ranked, values)
    for row, mean in zip(ranked, means, strict=True):
        assert mean == pytest.approx(np.mean(values[members(row)]) if members(row) else np.nan, nan_ok=True)


def test_what_half_of_the_users_have_tells_one_bit() -> None:
    assert self_information(np.array([4, 2, 1, 0]), 4).tolist() == [0, 1, 2, 2]
    assert self_information(np.array([0]), 0).tolist() == [0]


@given(SEEDS)
def test_profiles_are_means_over_what_users_have(seed: int) -> None:
    random = np.random.default_rng(seed)
    train = random.random((USERS, ITEMS)) < 0.3
    popularity = random.random(ITEMS)
    profiles = profile_popularity(csr_array(train.astype(np.float32)), popularity)
    for row, profile in zip(train, profiles, strict=True):
        assert profile == pytest.approx(popularity[row].mean() if row.any() else np.nan, nan_ok=True)


@given(SEEDS)
def test_diversity_equals_comparing_all_pairs(seed: int) -> None:
    random = np.random.default_rng(seed)
    features = random.integers(-2, 3, size=(ITEMS, 3)) * (random.random((ITEMS, 3)) < 0.6).astype(np.float64)
    ranked = lists(seed)
    ours = diversity(ranked, unit_rows(csr_array(features)))
    for row, value in zip(ranked, ours, strict=True):
        known = [features[item] for item in members(row) if features[item].any()]
        cosines = [a @ b / np.linalg.norm(a) / np.linalg.norm(b) for a, b in combinations(known, 2)]
        assert value == pytest.approx(1 - np.mean(cosines) if cosines else np.nan, nan_ok=True)


def test_one_item_again_and_again_is_not_diverse_and_unlike_ones_are() -> None:
    alike_and_unlike = unit_rows(csr_array(np.array([[2.0, 0.0], [1.0, 0.0], [0.0, 3.0]])))
    assert diversity(np.array([[0, 1], [0, 2]]), alike_and_unlike) == pytest.approx([0, 1])
