"""Off-policy estimates: against obp, by their definition, and as wide as they say."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from graph.errors import InputError
from recommend.off_policy import ESTIMATORS, Log, doubly_robust, expected_rewards, ipw, snipw

CONTEXTS, ACTIONS = 3, 4
TRUE = np.asarray([[0.1, 0.3, 0.2, 0.05], [0.4, 0.1, 0.2, 0.1], [0.05, 0.1, 0.15, 0.5]])
LOGGED = np.asarray([[0.4, 0.2, 0.2, 0.2], [0.1, 0.4, 0.3, 0.2], [0.25, 0.25, 0.25, 0.25]])
WANTED = np.asarray([[0.1, 0.7, 0.1, 0.1], [0.6, 0.2, 0.1, 0.1], [0.0, 0.1, 0.1, 0.8]])
OBP = {"ipw": 0.33396666666666663, "snipw": 0.3437226615434757, "dr": 0.34319489380244056}
"""What obp 0.5.7 gives for `log(1000, 7)`; benchmarks.bandit --obp compares it anew."""


def log(size: int, seed: int) -> Log:
    random = np.random.default_rng(seed)
    contexts = random.integers(0, CONTEXTS, size)
    actions = np.asarray([random.choice(ACTIONS, p=LOGGED[context]) for context in contexts])
    rewards = (random.random(size) < TRUE[contexts, actions]).astype(float)
    return Log(actions, rewards, LOGGED[contexts, actions], contexts)


def policy(log: Log) -> NDArray[np.float64]:
    found: NDArray[np.float64] = WANTED[log.contexts]
    return found


def test_they_are_those_of_obp() -> None:
    given = log(1000, 7)
    found = {name: estimator(given, policy(given), 0.95).value for name, estimator in ESTIMATORS.items()}
    assert found == pytest.approx(OBP, abs=1e-9)


def test_the_policy_that_logged_earns_what_it_earned() -> None:
    given = log(500, 1)
    own = LOGGED[given.contexts]
    for estimator in (ipw, snipw):
        found = estimator(given, own)
        assert found.value == pytest.approx(given.rewards.mean())
        assert found.effective == pytest.approx(500)


def test_right_expectations_need_no_propensities() -> None:
    given = log(2_000, 2)
    wrong = Log(given.actions, given.rewards, np.full(2_000, 0.9), given.contexts)
    truth = float((WANTED * TRUE)[given.contexts].sum(axis=1).mean())
    assert doubly_robust(wrong, policy(given), TRUE[given.contexts]).value == pytest.approx(truth, abs=0.02)
    assert abs(ipw(wrong, policy(given)).value - truth) > 0.1


def test_no_decision_speaks_for_itself() -> None:
    given = log(60, 3)
    changed = Log(given.actions, given.rewards.copy(), given.propensities, given.contexts)
    changed.rewards[7] = 1 - changed.rewards[7]
    assert (expected_rewards(given, ACTIONS)[7] == expected_rewards(changed, ACTIONS)[7]).all()
    assert (expected_rewards(given, ACTIONS)[8] != expected_rewards(changed, ACTIONS)[8]).any()


@pytest.mark.parametrize("name", ESTIMATORS)
def test_intervals_cover_the_truth_as_often_as_they_say(name: str) -> None:
    truth = float((WANTED * TRUE).sum(axis=1).mean())
    covered = 0
    for seed in range(200):
        given = log(600, seed)
        found = ESTIMATORS[name](given, policy(given), 0.9)
        covered += found.low <= truth <= found.high
    # 180 are expected; 167 to 192 with a probability of 0.995.
    assert 167 <= covered <= 192


@pytest.mark.parametrize("name", ESTIMATORS)
def test_intervals_hold_where_few_decisions_weigh_most(name: str) -> None:
    """An action that was taken in thirty or so of a thousand decisions, and leads to something once in ten."""
    covered, normal = 0, 0
    for seed in range(400):
        random = np.random.default_rng(seed)
        rare = random.random(1_000) < 0.03
        rewards = (random.random(1_000) < 0.1).astype(float)
        given = Log(rare.astype(int), rewards, np.where(rare, 0.03, 0.97), np.zeros(1_000, dtype=int))
        found = ESTIMATORS[name](given, np.tile([0.0, 1.0], (1_000, 1)), 0.95)
        covered += found.low <= 0.1 <= found.high
        terms = rare / 0.03 * rewards
        normal += abs(terms.mean() - 0.1) <= 1.96 * terms.std() / np.sqrt(1_000)
    assert normal < 340, "plain intervals hold as well: the log is too easy"
    assert covered >= 360


def test_nothing_that_led_to_anything_does_not_say_that_nothing_would() -> None:
    given = Log(np.asarray([0] * 90 + [1] * 10), np.zeros(100), np.asarray([0.9] * 90 + [0.1] * 10), np.zeros(100, int))
    rewarded = Log(given.actions, np.r_[np.ones(9), np.zeros(91)], given.propensities, given.contexts)
    found = ipw(rewarded, np.tile([0.0, 1.0], (100, 1)))
    assert found.value == 0
    assert found.high > 0.05


def test_policies_that_never_agree_say_nothing() -> None:
    given = Log(np.asarray([0, 0]), np.asarray([1.0, 0.0]), np.asarray([1.0, 1.0]), np.asarray([0, 0]))
    found = snipw(given, np.asarray([[0.0, 1.0], [0.0, 1.0]]))
    assert np.isnan(found.value)
    assert found.effective == 0


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        (([0, 1], [1.0, 0.0], [0.0, 0.5], [0, 0]), "above 0"),
        (([0, 1], [1.0, 0.0], [0.5, 1.5], [0, 0]), "at most 1"),
        (([0, 1], [1.0, np.nan], [0.5, 0.5], [0, 0]), "finite"),
        (([0], [1.0, 0.0], [0.5, 0.5], [0, 0]), "one length"),
    ],
)
def test_a_log_that_cannot_be_is_refused(columns: tuple[list[float], ...], why: str) -> None:
    actions, rewards, propensities, contexts = (np.asarray(one) for one in columns)
    with pytest.raises(InputError, match=why):
        Log(actions, rewards, propensities, contexts)


@pytest.mark.parametrize("rows", [[[0.5, 0.6], [0.5, 0.5]], [[1.5, -0.5], [0.5, 0.5]], [[1.0], [1.0]]])
def test_a_policy_that_cannot_be_is_refused(rows: list[list[float]]) -> None:
    given = Log(np.asarray([0, 1]), np.asarray([1.0, 0.0]), np.asarray([0.5, 0.5]), np.asarray([0, 0]))
    with pytest.raises(InputError, match="policy"):
        ipw(given, np.asarray(rows))
