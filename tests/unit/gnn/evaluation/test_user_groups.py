from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gnn.evaluation.user_groups import user_groups


@given(st.lists(st.integers(0, 30), max_size=40), st.integers(0, 5))
def test_every_user_is_in_one_group_and_groups_are_in_order(sizes: list[int], cold_below: int) -> None:
    pairs = np.array(sizes, dtype=np.int64)
    groups = user_groups(pairs, cold_below)
    assert groups["all"].all()
    parts = [groups[name] for name in ("cold", "low", "medium", "high")]
    assert (np.sum(parts, axis=0) == 1).all()
    assert (pairs[groups["cold"]] < cold_below).all()
    assert (pairs[~groups["cold"]] >= cold_below).all()
    for lower, higher in ((1, 2), (2, 3), (1, 3)):
        if parts[lower].any() and parts[higher].any():
            assert pairs[parts[lower]].max() < pairs[parts[higher]].min()


@given(st.permutations(range(1, 13)))
def test_activity_is_split_into_thirds(sizes: list[int]) -> None:
    groups = user_groups(np.array(sizes))
    assert [groups[name].sum() for name in ("cold", "low", "medium", "high")] == [0, 4, 4, 4]


def test_users_with_equally_many_pairs_stay_together() -> None:
    groups = user_groups(np.array([2, 2, 2, 2, 9]))
    assert groups["low"].tolist() == [True] * 4 + [False]
    assert groups["high"].tolist() == [False] * 4 + [True]
