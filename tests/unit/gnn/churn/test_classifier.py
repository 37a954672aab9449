"""The classifier: risks that are right where the rule is known, exact sums, and text that is the same again."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, logit

from gnn.churn.classifier import ChurnClassifier, compressed, fit_classifier, fit_linear
from gnn.churn.judging import auroc, calibration_error, perfect_calibration

NAMES = ("size", "pause", "noise", "never")


def rows(
    count: int, seed: int
) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.float64]], np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Who pauses long leaves, unless their size is large; the rest is noise, some of it missing."""
    random = np.random.default_rng(seed)
    size, pause = random.exponential(10, count), random.exponential(5, count)
    noise = np.where(random.random(count) < 0.2, np.nan, random.normal(size=count))
    odds = 1.2 * np.log1p(pause) - np.log1p(size) - 0.5 * (size > 20) * (pause > 5)
    return np.column_stack([size, pause, noise, np.full(count, np.nan)]), random.random(count) < expit(odds)


@pytest.fixture(scope="module")
def fitted() -> ChurnClassifier:
    values, gone = rows(4_000, 1)
    return fit_classifier(NAMES, values, gone, np.arange(4_000) // 2, seed=3)


def test_risks_are_calibrated_and_in_order(fitted: ChurnClassifier) -> None:
    values, gone = rows(3_000, 2)
    risks = fitted.risks(values)
    assert auroc(gone, risks) > 0.72
    assert calibration_error(gone, risks) < 1.3 * perfect_calibration(risks, 1)


def test_contributions_sum_to_the_log_odds(fitted: ChurnClassifier) -> None:
    values, _ = rows(200, 3)
    parts = fitted.contributions(values)
    np.testing.assert_allclose(fitted.base + parts.sum(axis=1), logit(fitted.risks(values)), atol=1e-9)
    assert np.abs(parts[:, 3]).max() == 0
    assert np.abs(parts[:, 2]).mean() < np.abs(parts[:, 1]).mean() / 3


def test_text_is_the_same_again(fitted: ChurnClassifier) -> None:
    values, _ = rows(200, 4)
    again = ChurnClassifier.from_text(fitted.to_text())
    np.testing.assert_array_equal(again.risks(values), fitted.risks(values))
    assert again == fitted


def test_the_same_seed_learns_the_same() -> None:
    values, gone = rows(600, 5)
    one, other = (fit_classifier(NAMES, values, gone, np.arange(600), seed=3) for _ in range(2))
    np.testing.assert_array_equal(one.risks(values), other.risks(values))


def test_the_regression_knows_what_is_missing_by_the_median() -> None:
    values, gone = rows(600, 6)
    linear = fit_linear(values, gone)
    assert linear.medians[:2] == pytest.approx(np.median(values[:, :2], axis=0).tolist())
    unknown = np.full((1, 4), np.nan)
    np.testing.assert_allclose(linear.log_odds(unknown), linear.log_odds(np.asarray(linear.medians)[None, :]))


def test_compression_keeps_signs_and_order() -> None:
    values = np.array([-100.0, -1.0, 0.0, 1.0, 100.0])
    assert compressed(values).tolist() == pytest.approx([-np.log(101), -np.log(2), 0.0, np.log(2), np.log(101)])
