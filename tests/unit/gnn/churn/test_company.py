"""What follows from shared items, against computations user by user."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from gnn.churn.company import NEIGHBOURS, centroid_distance, company_features, neighbour_activity
from graph.churn_features import WindowItems

SETS = st.lists(st.sets(st.integers(0, 6)), min_size=1, max_size=8)


@settings(deadline=None, max_examples=60)
@given(SETS, st.integers(0, 255))
def test_neighbours_are_counted_one_by_one(sets: list[set[int]], bits: int) -> None:
    lively = np.array([float(bits >> k & 1) for k in range(len(sets))])
    dense = np.array([[float(item in one) for item in range(7)] for one in sets])
    found = neighbour_activity(sparse.csr_array(dense), lively)
    for user, items in enumerate(sets):
        shares = []
        for item in items:
            others = [other for other, theirs in enumerate(sets) if other != user and item in theirs]
            shares += [np.mean(lively[others])] if others else []
        np.testing.assert_allclose(found[user], np.mean(shares) if shares else np.nan)


def test_those_whose_newest_items_are_as_ever_are_at_no_distance() -> None:
    shared = sparse.csr_array(np.array([[1, 1, 0, 0], [1, 1, 1, 1], [0, 0, 1, 1], [0, 0, 1, 1]], dtype=np.float64))
    fresh = np.array([True, True, False, False, True, True, False, False, True, True])
    found = centroid_distance(shared, fresh, dimensions=2)
    assert found[0] < 1e-9
    assert found[1] > 0.05
    assert np.isnan(found[2])


def test_the_newer_half_of_the_window_makes_one_active() -> None:
    windows = [WindowItems(["a"], [90]), WindowItems(["a"], [10]), WindowItems(["b"], [90]), WindowItems([], [])]
    np.testing.assert_allclose(company_features(windows, 100, 100)[NEIGHBOURS], [0.0, 1.0, np.nan, np.nan])


def test_nobody_and_one_alone_have_nothing_to_say() -> None:
    assert [len(column) for column in company_features([], 100, 100).values()] == [0, 0]
    alone = company_features([WindowItems(["a"], [90])], 100, 100)
    assert all(np.isnan(column).all() for column in alone.values())
