"""Bootstrap intervals of metrics and of paired differences, by resampling whole users.

Efron & Tibshirani, An Introduction to the Bootstrap (1993), percentile intervals. The values of one user, in several
splits or for several strategies, are never torn apart: they depend on each other. What is measured is how much the
figures would move with other users of the same kind, not with another seed of a training or with other items.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gnn.ratio import ratio
from graph.errors import InputError

Values = NDArray[np.float64]
RESAMPLES_AT_ONCE = 50
LEAST_USERS = 10
"""With fewer users a percentile interval is much narrower than it says, so there is none."""


@dataclass(frozen=True, slots=True)
class Resampling:
    """`resamples` of the users from `seed`; intervals hold `level` (0.95: from the 2.5th to the 97.5th percentile)."""

    resamples: int = 1_000
    seed: int = 2026
    level: float = 0.95

    def __post_init__(self) -> None:
        if self.resamples < 1 or not 0 < self.level < 1:
            raise InputError(
                f"{self.resamples} resamples at level {self.level}; give at least 1 and a level in (0, 1)."
            )


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its interval; all None where it is not defined, no bounds where there are too few users."""

    value: float | None
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True, slots=True)
class Resampled:
    """c metrics: `values` float64[c], what each is in every resample `draws` float64[B, c], and float64[c] users each.

    NaN where a metric is not defined, which in a resample may happen to one of few users.
    """

    values: Values
    draws: Values
    users: NDArray[np.int64]

    def minus(self, baseline: Resampled) -> Resampled:
        """The paired difference to `baseline`, which must have been resampled from the same users and seed."""
        users = np.minimum(self.users, baseline.users)
        return Resampled(self.values - baseline.values, self.draws - baseline.draws, users)

    def estimates(self, level: float) -> list[Estimate]:
        """One for each metric."""
        return [
            _estimate(value, self.draws[:, k], users, level)
            for k, (value, users) in enumerate(zip(self.values.tolist(), self.users.tolist(), strict=True))
        ]


def resample(users: NDArray[np.int64], values: Values, weights: Values, resampling: Resampling) -> Resampled:
    """Resample the distinct `users` (int64[u]) of c metrics, each the sum of `values` over that of `weights`.

    `values`, `weights`: float64[u, c]. The same users and seed give the same resamples, so that two strategies can be
    subtracted from each other, resample by resample.
    """
    over, under = _by_user(users, values), _by_user(users, weights)
    # Most metrics share their weights, and a product with all users is what takes the time.
    kept, places = _distinct(under)
    blocks = [ratio(counts @ over, (counts @ kept)[:, places]) for counts in _draws(len(over), resampling)]
    return Resampled(
        values=ratio(over.sum(axis=0), under.sum(axis=0)),
        draws=np.concatenate(blocks),
        users=(under > 0).sum(axis=0),
    )


def _by_user(users: NDArray[np.int64], columns: Values) -> Values:
    """Sums over the rows of each distinct user, users ascending: float64[distinct, c]."""
    distinct, places = np.unique(users, return_inverse=True)
    sums = np.zeros((len(distinct), columns.shape[1]))
    np.add.at(sums, places, columns)
    return sums


def _distinct(columns: Values) -> tuple[Values, list[int]]:
    """The different ones of `columns` (float64[n, c]), and where each of the c is among them."""
    numbers: dict[bytes, int] = {}
    places = [numbers.setdefault(column.tobytes(), len(numbers)) for column in columns.T]
    return columns[:, [places.index(number) for number in range(len(numbers))]], places


def _draws(users: int, resampling: Resampling) -> Iterator[Values]:
    """How often each of the `users` is in a resample, in blocks: float64[b, users]."""
    random = np.random.default_rng(resampling.seed)
    for start in range(0, resampling.resamples, RESAMPLES_AT_ONCE):
        block = min(RESAMPLES_AT_ONCE, resampling.resamples - start)
        counts = np.empty((block, users))
        for row in counts:
            row[:] = np.bincount(random.integers(users, size=users), minlength=users)
        yield counts


def _estimate(value: float, draws: Values, users: int, level: float) -> Estimate:
    if np.isnan(value):
        return Estimate(None)
    defined = draws[~np.isnan(draws)]
    if users < LEAST_USERS or not len(defined):
        return Estimate(value)
    lower, upper = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(value, float(lower), float(upper))
