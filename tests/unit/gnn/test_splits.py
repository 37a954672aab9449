from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnn.splits import (
    Split,
    SplitRule,
    carve,
    judged_by,
    leave_last,
    newest_share,
    of_known_users,
    random_share,
    rolling_cuts,
    temporal,
    validation,
)
from graph.errors import InputError
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


SPLIT_RULES: dict[str, SplitRule] = {
    "leave last": partial(leave_last, last=2),
    "random": partial(random_share, share=0.4, seed=5),
    "temporal": partial(temporal, cut=11),
    "newest share": partial(newest_share, share=0.3),
}


@pytest.mark.parametrize("name", SPLIT_RULES)
@given(pairs=PAIRS)
def test_every_pair_is_on_one_side(name: str, pairs: list[tuple[int, int, int]]) -> None:
    data = arrays(pairs)
    split = SPLIT_RULES[name](data)
    assert not rows(split.train) & rows(split.test)
    assert rows(split.train) | rows(split.test) == rows(data)
    assert len(split.train) + len(split.test) == len(data)
    assert split.train.user_ids == split.test.user_ids == data.user_ids


@given(PAIRS, st.floats(0.01, 0.99), st.integers(0, 3), st.integers(0, 3))
def test_a_share_of_each_user_is_held_out(
    pairs: list[tuple[int, int, int]], share: float, least: int, fewest: int
) -> None:
    data = arrays(pairs)
    split, newest = random_share(data, share, 9, least, fewest), newest_share(data, share, least, fewest)
    for user in range(len(data.user_ids)):
        size = int((data.users == user).sum())
        held = min(max(math.floor(share * size + 0.5), fewest), max(size - least, 0))
        assert (split.test.users == user).sum() == (newest.test.users == user).sum() == held


def test_a_random_share_depends_on_the_seed_and_not_on_the_order() -> None:
    pairs = [(user, item, 0) for user in range(6) for item in range(9)]
    split = random_share(arrays(pairs), 0.3, seed=1)
    assert rows(split.test) == rows(random_share(arrays(pairs[::-1]), 0.3, seed=1).test)
    assert rows(split.test) != rows(random_share(arrays(pairs), 0.3, seed=2).test)


def test_a_random_share_draws_every_pair_equally_often() -> None:
    data = arrays([(0, item, item) for item in range(8)])
    drawn = np.bincount(np.concatenate([random_share(data, 0.25, seed).test.items for seed in range(400)]), minlength=8)
    assert drawn.sum() == 800
    assert abs(drawn - 100).max() < 40


@given(PAIRS, st.integers(1, 4), st.integers(0, 9))
def test_only_users_who_judge_lose_pairs(pairs: list[tuple[int, int, int]], most: int, seed: int) -> None:
    data = arrays(pairs)
    everyone = random_share(data, 0.4, seed)
    split = judged_by(everyone, most, seed)
    judging = set(split.test.users.tolist())
    assert len(judging) == min(most, len(set(everyone.test.users.tolist())))
    assert rows(split.test) == {row for row in rows(everyone.test) if row[0] in judging}
    assert rows(split.train) == rows(data) - rows(split.test)
    assert len(split.train) + len(split.test) == len(data)


@given(PAIRS, st.integers(0, 21))
def test_users_without_a_pair_to_learn_from_do_not_judge(pairs: list[tuple[int, int, int]], cut: int) -> None:
    split = temporal(arrays(pairs), cut)
    known = {user for user, _, at in rows(split.train)}
    assert rows(of_known_users(split).test) == {row for row in rows(split.test) if row[0] in known}


def test_who_judges_is_drawn_by_the_seed() -> None:
    everyone = leave_last(arrays([(user, item, item) for user in range(30) for item in range(3)]))
    drawn = {tuple(np.unique(judged_by(everyone, 5, seed).test.users).tolist()) for seed in range(5)}
    assert len(drawn) == 5
    assert judged_by(everyone, 30, 1) == everyone


@pytest.mark.parametrize("rule", [newest_share, partial(random_share, seed=0)])
@pytest.mark.parametrize("share", [0.0, 1.0, -0.2])
def test_a_share_that_leaves_nothing_is_refused(rule: Callable[..., Split], share: float) -> None:
    with pytest.raises(InputError, match="choose one above 0 and below 1"):
        rule(arrays([(0, 0, 0)]), share=share)


def test_of_no_pairs_nothing_is_held_out() -> None:
    split = carve(preference_arrays([], [], [], []), 0.5, seed=1)
    assert not len(split.train)
    assert not len(split.test)


@pytest.mark.parametrize("name", SPLIT_RULES)
@given(pairs=PAIRS)
def test_settings_are_chosen_on_a_part_of_train(name: str, pairs: list[tuple[int, int, int]]) -> None:
    split = SPLIT_RULES[name](arrays(pairs))
    try:
        inner = validation(split, partial(leave_last, last=1))
    except InputError:
        # Nobody has two train pairs, one to hold out and one to learn from.
        assert np.bincount(split.train.users, minlength=1).max() < 2
    else:
        assert rows(inner.train) | rows(inner.test) == rows(split.train)
        assert not (rows(inner.train) | rows(inner.test)) & rows(split.test)


def test_a_validation_part_that_would_be_empty_is_refused() -> None:
    split = temporal(arrays([(0, 0, 0), (0, 1, 9)]), 5)
    with pytest.raises(InputError, match="fixed settings"):
        validation(split, partial(temporal, cut=5))
