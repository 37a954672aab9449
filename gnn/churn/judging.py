"""How good risks are on cuts later than those learned from, with intervals; and how well calibrated at best.

`auroc` and `auprc` (average precision) judge the order, `brier` is the mean squared error of the risks,
`calibration_error` the mean difference between risk and outcome over ten bins of as many users each, and `lift` says
how many times the base rate is reached among the tenth at most risk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Gone = NDArray[np.bool_]
Metric = Callable[[Gone, Vector], float]
BINS = 10
TOP = 0.1
RESAMPLES = 200


def auroc(gone: Gone, risks: Vector) -> float:
    """The probability that someone who is gone had the higher risk."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(gone, risks))


def auprc(gone: Gone, risks: Vector) -> float:
    """Average precision; that of risks at random is the base rate."""
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(gone, risks))


def brier(gone: Gone, risks: Vector) -> float:
    """Mean squared error."""
    return float(np.mean((risks - gone) ** 2))


def calibration_error(gone: Gone, risks: Vector, bins: int = BINS) -> float:
    """Weighted mean of |share gone - mean risk| over bins of equally many users, in the order of risk."""
    parts = np.array_split(np.argsort(risks, kind="stable"), bins)
    return float(sum(len(one) * abs(gone[one].mean() - risks[one].mean()) for one in parts if len(one)) / len(risks))


def lift(gone: Gone, risks: Vector, top: float = TOP) -> float:
    """The share gone among the `top` at most risk, by the share gone of all."""
    most = np.argsort(-risks, kind="stable")[: max(1, round(top * len(risks)))]
    return float(gone[most].mean() / gone.mean())


METRICS: Mapping[str, Metric] = {
    "auroc": auroc,
    "auprc": auprc,
    "brier": brier,
    "calibration_error": calibration_error,
    "lift": lift,
}


def perfect_calibration(risks: Vector, seed: int, share: float = 0.95) -> float:
    """The calibration error that risks which were just right would stay below in `share` of worlds, by simulation."""
    random = np.random.default_rng(seed)
    found = [calibration_error(random.random(len(risks)) < risks, risks) for _ in range(RESAMPLES)]
    return float(np.quantile(found, share))


@dataclass(frozen=True, slots=True)
class Judged:
    """Risks of one model as of one cut, and what came: all run over the same users."""

    users: NDArray[np.str_]
    gone: Gone
    risks: Vector


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with the bounds that hold it in 95 % of resamples."""

    value: float
    low: float
    high: float


def metric_over(cuts: Sequence[Judged], metric: Metric) -> float:
    """The mean over cuts."""
    return float(np.mean([metric(one.gone, one.risks) for one in cuts]))


def interval(cuts: Sequence[Judged], metric: Metric, seed: int, other: Sequence[Judged] | None = None) -> Interval:
    """The mean over cuts, or its difference from that of the `other` model's, by resampling users (bootstrap).

    A user who is judged as of several cuts is drawn with all of them, as they are not independent.
    """
    found = np.array(list(_resampled(cuts, metric, seed, other)))
    value = metric_over(cuts, metric) - (metric_over(other, metric) if other else 0.0)
    return Interval(value, float(np.quantile(found, 0.025)), float(np.quantile(found, 0.975)))


def _resampled(cuts: Sequence[Judged], metric: Metric, seed: int, other: Sequence[Judged] | None) -> Sequence[float]:
    random = np.random.default_rng(seed)
    everyone, places = np.unique(np.concatenate([one.users for one in cuts]), return_inverse=True)
    rows = np.split(places, np.cumsum([len(one.users) for one in cuts])[:-1])
    values = []
    for _ in range(RESAMPLES):
        drawn = np.bincount(random.integers(len(everyone), size=len(everyone)), minlength=len(everyone))
        chosen = [np.repeat(np.arange(len(row)), drawn[row]) for row in rows]
        value = _mean_of(cuts, chosen, metric)
        values.append(value - (_mean_of(other, chosen, metric) if other else 0.0))
    return values


def _mean_of(cuts: Sequence[Judged], chosen: Sequence[NDArray[np.int64]], metric: Metric) -> float:
    return float(np.mean([metric(one.gone[rows], one.risks[rows]) for one, rows in zip(cuts, chosen, strict=True)]))
