"""How risks are judged: against naive computations, and against worlds in which they are right."""

from __future__ import annotations

import numpy as np
import pytest

from gnn.churn.judging import (
    Judged,
    auroc,
    brier,
    calibration_error,
    interval,
    lift,
    perfect_calibration,
)


def world(
    count: int, seed: int
) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], np.ndarray[tuple[int], np.dtype[np.float64]]]:
    random = np.random.default_rng(seed)
    risks = random.beta(2, 3, count)
    return random.random(count) < risks, risks


def test_auroc_is_the_share_of_pairs_in_the_right_order() -> None:
    gone, risks = world(200, 1)
    pairs = [(a > b) + 0.5 * (a == b) for a in risks[gone] for b in risks[~gone]]
    assert auroc(gone, risks) == pytest.approx(np.mean(pairs))


def test_calibration_error_of_two_bins_by_hand() -> None:
    gone = np.array([False, False, True, True, False, True])
    risks = np.array([0.1, 0.2, 0.3, 0.7, 0.8, 0.9])
    assert calibration_error(gone, risks, bins=2) == pytest.approx((abs(1 / 3 - 0.2) + abs(2 / 3 - 0.8)) / 2)


def test_right_risks_stay_within_the_range_and_others_do_not() -> None:
    inside = [
        calibration_error(*made) <= perfect_calibration(made[1], seed)
        for seed in range(60)
        for made in [world(800, seed)]
    ]
    assert 0.88 <= np.mean(inside) <= 1.0
    gone, risks = world(800, 1)
    assert calibration_error(gone, risks**2) > perfect_calibration(risks**2, 1)


def test_lift_of_a_perfect_order_is_the_inverse_of_the_base_rate() -> None:
    gone = np.array([True] * 20 + [False] * 80)
    assert lift(gone, np.linspace(1, 0, 100)) == pytest.approx(5.0)
    assert lift(gone, np.linspace(0, 1, 100)) == 0.0


def test_brier_is_the_mean_squared_error() -> None:
    assert brier(np.array([True, False]), np.array([0.8, 0.4])) == pytest.approx((0.04 + 0.16) / 2)


def test_intervals_hold_the_truth_and_pair_models_by_user() -> None:
    gone, risks = world(2_000, 4)
    users = np.array([f"u{k}" for k in range(2_000)])
    noisy = np.clip(risks + np.random.default_rng(5).normal(0, 0.3, 2_000), 0, 1)
    ours, theirs = [Judged(users, gone, risks)], [Judged(users, gone, noisy)]
    better = interval(ours, auroc, 1, theirs)
    assert better.low > 0
    alone = interval(ours, auroc, 1)
    assert alone.low < alone.value < alone.high
    assert better.high - better.low < 2 * (alone.high - alone.low)
    same = interval(ours, auroc, 1, ours)
    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)


def test_a_user_of_several_cuts_is_drawn_with_all_of_them() -> None:
    """The same users judged twice say no more than once: the interval is as wide."""
    gone, risks = world(500, 6)
    one = Judged(np.array([f"u{k}" for k in range(500)]), gone, risks)
    once, twice = interval([one], brier, 2), interval([one, one], brier, 2)
    assert twice.high - twice.low == pytest.approx(once.high - once.low)
