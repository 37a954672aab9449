"""Who stays with which items: counted one by one, and drawn to the mean where few are known."""

from __future__ import annotations

import numpy as np
import pytest

from gnn.churn.retention import PRIOR, retention, stays_of


def test_shares_are_drawn_to_those_of_all() -> None:
    first = stays_of([["a", "b"], ["a"], ["b"]], np.array([False, False, True]))
    second = stays_of([["a"], ["c"]], np.array([True, False]))
    assert dict(first.stayed) == {"a": 2, "b": 1}
    found = retention([first, second])
    mean = 4 / 6
    assert found == {
        "a": pytest.approx((2 + PRIOR * mean) / (3 + PRIOR)),
        "b": pytest.approx((1 + PRIOR * mean) / (2 + PRIOR)),
        "c": pytest.approx((1 + PRIOR * mean) / (1 + PRIOR)),
    }


def test_nobody_has_no_shares() -> None:
    assert retention([]) == {}
