from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gnn.splits import leave_last, rolling_cuts, temporal
from graph.training_data import PreferenceArrays, preference_arrays

PAIRS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 8), st.integers(0, 20)),
    min_size=1,
    max_size=40,
    unique_by=lambda pair: pair[:2],
)


def arrays(pairs: list[tuple[int, int, int]]) -> PreferenceArrays:
    users, items, times = zip(*pairs, strict=True)
    return preference_arrays([f"u{u}" for u in users], [f"i{i}" for i in items], [1.0] * len(pairs), list(times))


def rows(data: PreferenceArrays) -> set[tuple[int, int, int]]:
    return set(zip(data.users.tolist(), data.items.tolist(), data.last_at.tolist(), strict=True))


@given(PAIRS, st.integers(1, 4), st.integers(1, 3))
def test_leave_last_equals_sorting_each_user_by_hand(pairs: list[tuple[int, int, int]], last: int, least: int) -> None:
    data = arrays(pairs)
    split = leave_last(data, last, least)
    expected = set()
    for user in range(len(data.user_ids)):
        own = sorted((at, item) for u, item, at in rows(data) if u == user)
        if len(own) - last >= least:
            expected |= {(user, item, at) for at, item in own[len(own) - last :]}
    assert rows(split.test) == expected
    assert rows(split.train) == rows(data) - expected
    assert split.train.item_ids == data.item_ids


def test_leaving_none_leaves_no_test() -> None:
    assert not len(leave_last(arrays([(0, 0, 0), (0, 1, 1)]), 0).test)


@given(PAIRS, st.integers(0, 21))
def test_nothing_before_the_cut_is_tested(pairs: list[tuple[int, int, int]], cut: int) -> None:
    split = temporal(arrays(pairs), cut)
    assert all(at < cut for _, _, at in rows(split.train))
    assert all(at >= cut for _, _, at in rows(split.test))
    assert len(split.train) + len(split.test) == len(pairs)


@given(PAIRS, st.integers(1, 5))
def test_rolling_cuts_test_each_later_pair_once(pairs: list[tuple[int, int, int]], cuts: int) -> None:
    tested: list[tuple[int, int, int]] = []
    for split in rolling_cuts(arrays(pairs), cuts):
        assert split.train.last_at.max() < split.test.last_at.min()
        tested.extend(rows(split.test))
    assert len(tested) == len(set(tested))


def test_rolling_cuts_pool_the_second_half() -> None:
    splits = list(rolling_cuts(arrays([(0, k, k) for k in range(8)]), 2))
    assert [(s.train.last_at.tolist(), s.test.last_at.tolist()) for s in splits] == [
        ([0, 1, 2, 3], [4, 5]),
        ([0, 1, 2, 3, 4, 5], [6, 7]),
    ]


def test_rows_follow_sorted_ids() -> None:
    data = preference_arrays(["b", "a"], ["y", "x"], [1.0, 2.0], [5, 6])
    assert (data.user_ids, data.item_ids) == (["a", "b"], ["x", "y"])
    assert data.users.tolist() == [1, 0]
    assert data.weights.dtype == np.float32
