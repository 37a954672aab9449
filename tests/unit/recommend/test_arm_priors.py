"""What arms begin with: as much of other groups as they are alike, and at the level of all arms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recommend.arm_priors import arm_priors, evidence
from recommend.settings import BanditSettings

SETTINGS = BanditSettings()


def counted(trials: list[list[float]], rewards: list[list[float]], settings: BanditSettings = SETTINGS) -> float:
    """Answers that the first group's first arm begins with, beside those of the settings."""
    won = np.asarray(rewards, dtype=float)
    successes, failures = arm_priors(won, np.asarray(trials) - won, settings)
    return float(successes[0, 0] + failures[0, 0]) - settings.prior_successes - settings.prior_failures


ALIKE = [[400.0, 400.0], [400.0, 400.0], [400.0, 400.0]]


def test_groups_that_like_the_same_count_for_each_other_and_others_hardly() -> None:
    same = counted(ALIKE, [[40, 120], [41, 118], [38, 121]])
    apart = counted(ALIKE, [[40, 120], [120, 40], [200, 10]])
    assert same == pytest.approx(800)
    assert apart <= 30


def test_a_group_that_is_new_begins_with_all_that_others_know_until_it_shows_to_be_another() -> None:
    others = [[5_000.0, 5_000.0]]
    assert counted([[0, 0], *others], [[0, 0], [100, 1_000]]) == pytest.approx(5_000)
    assert counted([[200, 200], *others], [[60, 2], [100, 1_000]]) < 100


def test_no_more_counts_than_is_set() -> None:
    assert counted(ALIKE, [[40, 120]] * 3, BanditSettings(pooling=50)) == pytest.approx(50)
    assert counted(ALIKE, [[40, 120]] * 3, BanditSettings(pooling=0)) == 0


def test_an_arm_that_nobody_tried_is_expected_to_be_like_the_others() -> None:
    won, lost = np.asarray([[50.0, 0.0]]), np.asarray([[950.0, 0.0]])
    successes, failures = arm_priors(won, lost, SETTINGS)
    assert successes[0, 1] / (successes + failures)[0, 1] == pytest.approx(0.05, abs=0.002)
    greedy = BanditSettings(algorithm="epsilon-greedy")
    successes, failures = arm_priors(won, lost, greedy)
    assert (successes[0, 1], failures[0, 1]) == (greedy.prior_successes, greedy.prior_failures)


def test_evidence_is_how_probable_the_rewards_are() -> None:
    """One of two answers, under an even prior: 1/6 for each order of them."""
    one = np.ones((1, 1))
    assert evidence(one, one, (one, one)) == pytest.approx(np.log(1 / 6))


counts = st.floats(0, 1e5)


@given(arrays(float, (3, 4), elements=counts), arrays(float, (3, 4), elements=counts))
def test_whatever_was_earned_the_parameters_are_above_nothing(won: np.ndarray, lost: np.ndarray) -> None:
    for settings in (SETTINGS, BanditSettings(algorithm="epsilon-greedy")):
        successes, failures = arm_priors(won, lost, settings)
        assert (successes > 0).all()
        assert (failures > 0).all()
