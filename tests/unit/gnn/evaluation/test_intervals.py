from __future__ import annotations

import numpy as np
import pytest

from gnn.evaluation.intervals import Estimate, Resampling, resample
from graph.errors import InputError

FEW = Resampling(resamples=200, seed=3)


def column(values: np.ndarray) -> np.ndarray:
    return values.reshape(-1, 1).astype(np.float64)


def interval(users: np.ndarray, values: np.ndarray, resampling: Resampling) -> Estimate:
    return resample(users, column(values), np.ones((len(values), 1)), resampling).estimates(resampling.level)[0]


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_intervals_hold_the_true_mean_as_often_as_they_say(level: float) -> None:
    held = 0
    for seed in range(300):
        values = np.random.default_rng(seed).exponential(2.0, size=150)
        found = interval(np.arange(150), values, Resampling(resamples=200, seed=seed, level=level))
        assert found.lower is not None
        assert found.upper is not None
        held += found.lower <= 2.0 <= found.upper
    assert abs(held / 300 - level) < 0.06


def test_values_of_one_user_are_no_independent_evidence() -> None:
    """30 users tested ten times, always alike: the interval is that of 30 values, and not of 300."""
    values = np.random.default_rng(1).normal(size=30)
    once = interval(np.arange(30), values, FEW)
    often = interval(np.tile(np.arange(30), 10), np.tile(values, 10), FEW)
    assert (often.lower, often.upper) == pytest.approx((once.lower, once.upper))
    naive = interval(np.arange(300), np.tile(values, 10), FEW)
    assert width(naive) < width(often) / 2


def width(estimate: Estimate) -> float:
    assert estimate.lower is not None
    assert estimate.upper is not None
    return estimate.upper - estimate.lower


def test_paired_differences_are_surer_than_those_of_strangers() -> None:
    random = np.random.default_rng(2)
    base = random.random(60)
    better = base + 0.01 + random.normal(scale=0.005, size=60)
    users, ones = np.arange(60), np.ones((60, 1))
    own, other = (resample(users, column(values), ones, FEW) for values in (better, base))
    difference = own.minus(other).estimates(0.95)[0]
    assert difference.value == pytest.approx((better - base).mean())
    assert difference.lower is not None
    assert difference.lower > 0
    assert width(difference) < width(own.estimates(0.95)[0]) / 10


def test_the_draws_are_those_of_a_plain_bootstrap() -> None:
    random = np.random.default_rng(4)
    values, weights = random.random((20, 3)), random.random((20, 3))
    weights[:, 2] = weights[:, 0]
    found = resample(np.arange(20), values, weights, Resampling(resamples=60, seed=9))
    again = np.random.default_rng(9)
    for draw in found.draws:
        chosen = again.integers(20, size=20)
        assert draw == pytest.approx(values[chosen].sum(axis=0) / weights[chosen].sum(axis=0))
    assert found.values == pytest.approx(values.sum(axis=0) / weights.sum(axis=0))


def test_the_same_seed_gives_the_same_interval_and_another_one_another() -> None:
    values = np.random.default_rng(5).random(40)
    first, again = (interval(np.arange(40), values, FEW) for _ in range(2))
    assert first == again
    assert first != interval(np.arange(40), values, Resampling(resamples=200, seed=4))


def test_a_metric_of_few_users_has_no_interval_and_of_none_no_value() -> None:
    weights = np.zeros((50, 2))
    weights[:9, 0] = 1
    few, none = resample(np.arange(50), weights * 0.5, weights, FEW).estimates(0.95)
    assert few == Estimate(0.5)
    assert none == Estimate(None)


@pytest.mark.parametrize(("resamples", "level"), [(0, 0.95), (10, 0.0), (10, 1.0)])
def test_what_is_no_interval_is_refused(resamples: int, level: float) -> None:
    with pytest.raises(InputError, match="at least 1"):
        Resampling(resamples=resamples, level=level)
