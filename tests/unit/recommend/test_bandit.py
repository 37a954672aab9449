"""How probable arms are: against sampling, evenly at first, by group, and never nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommend.bandit import Earned, best_chances, chances, group_of, with_floor
from recommend.settings import BanditSettings

ARMS = ("a", "b", "c")
counts = st.floats(0.5, 1e5)


@pytest.mark.parametrize(
    ("successes", "failures"),
    [((30, 50, 5, 400), (300, 430, 30, 4300)), ((1, 1), (1, 2)), ((9000, 9100, 1), (9e4, 9e4, 1))],
)
def test_they_are_those_of_the_largest_draw(successes: tuple[float, ...], failures: tuple[float, ...]) -> None:
    won, lost = np.asarray(successes, dtype=float), np.asarray(failures, dtype=float)
    drawn = np.random.default_rng(3).beta(won, lost, (400_000, len(won))).argmax(axis=1)
    assert best_chances(won, lost) == pytest.approx(np.bincount(drawn, minlength=len(won)) / 400_000, abs=0.003)


@given(st.lists(st.tuples(counts, counts), min_size=2, max_size=8))
def test_they_sum_to_one_whatever_was_earned(arms: list[tuple[float, float]]) -> None:
    won, lost = np.asarray(arms).T
    found = best_chances(won, lost)
    assert found.sum() == pytest.approx(1.0)
    assert (found >= 0).all()


@pytest.mark.parametrize("algorithm", ["thompson", "epsilon-greedy"])
def test_a_cold_start_explores_evenly(algorithm: str) -> None:
    settings = BanditSettings.model_validate({"algorithm": algorithm})
    assert chances({}, "0", ARMS, settings) == pytest.approx([1 / 3] * 3)


def test_epsilon_greedy_takes_the_best_and_sometimes_any() -> None:
    settings = BanditSettings(algorithm="epsilon-greedy", exploration=0.3, least_chance=0, pooling=0)
    earned = {("0", "a"): Earned(10, 2), ("0", "b"): Earned(10, 7), ("0", "c"): Earned(10, 1)}
    assert chances(earned, "0", ARMS, settings) == pytest.approx([0.1, 0.8, 0.1])


def test_no_arm_falls_below_the_least_chance() -> None:
    settings = BanditSettings(least_chance=0.02)
    earned = {("0", "a"): Earned(1000, 900), ("0", "b"): Earned(1000, 10), ("0", "c"): Earned(1000, 10)}
    found = chances(earned, "0", ARMS, settings)
    assert found == pytest.approx([0.96, 0.02, 0.02], abs=1e-6)


def test_what_other_groups_earned_helps_a_group_to_begin_and_no_more() -> None:
    settings = BanditSettings(pooling=20, least_chance=0)
    others = {("20+", "a"): Earned(10_000, 100), ("20+", "b"): Earned(10_000, 9_000)}
    assert chances(others, "0", ("a", "b"), settings)[1] > 0.99
    own = {("0", "a"): Earned(500, 450), ("0", "b"): Earned(500, 50)}
    assert chances(others | own, "0", ("a", "b"), settings)[0] > 0.99
    assert chances(others, "0", ("a", "b"), BanditSettings(pooling=0, least_chance=0)) == pytest.approx([0.5, 0.5])


def test_a_narrower_posterior_explores_less() -> None:
    earned = {("0", "a"): Earned(100, 12), ("0", "b"): Earned(100, 9)}
    given = [chances(earned, "0", ("a", "b"), BanditSettings(posterior_width=width))[0] for width in (1, 0.5, 0.25)]
    assert 0.5 < given[0] < given[1] < given[2] < 1


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20).filter(lambda found: sum(found) > 0), st.floats(0, 0.5))
def test_a_floor_holds_and_keeps_the_order(found: list[float], least: float) -> None:
    even = np.asarray(found) / sum(found)
    lifted = with_floor(even, least)
    assert lifted.sum() == pytest.approx(1)
    assert lifted.min() >= min(least, 1 / len(found)) - 1e-12
    assert (np.diff(lifted[np.argsort(even)]) >= -1e-12).all()


def test_an_arm_nobody_has_a_name_for_any_more_does_not_matter() -> None:
    earned = {("0", "gone"): Earned(100, 100)}
    assert chances(earned, "0", ARMS, BanditSettings()) == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize(
    ("likes", "group"), [(0, "0"), (1, "1-4"), (4, "1-4"), (5, "5-19"), (19, "5-19"), (20, "20+"), (900, "20+")]
)
def test_groups_are_by_activity(likes: int, group: str) -> None:
    assert group_of(likes, (1, 5, 20)) == group


def test_a_first_group_that_is_wider_says_so() -> None:
    assert [group_of(likes, (3,)) for likes in (0, 2, 3)] == ["0-2", "0-2", "3+"]
