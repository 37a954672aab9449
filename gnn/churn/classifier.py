"""Gradient-boosted trees on top of a logistic regression, calibrated, with what each feature adds to a risk.

The trees (Ke et al. 2017, LightGBM) begin where the regression ends and learn what is left of its log-odds, so that few
and small ones do; both parts are sums, and so is what a feature contributes: its term of the regression, less that of
the mean user, and its share of the trees (Lundberg, Erion & Lee 2018, TreeSHAP). Calibration is Platt's (1999): a line
through the log-odds, fitted to predictions for users whom the predicting model had not seen.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]
Gone = NDArray[np.bool_]

FOLDS = 5
ROUNDS = 100
TREES: dict[str, Any] = {
    "objective": "binary",
    "num_leaves": 4,
    "learning_rate": 0.03,
    "min_data_in_leaf": 100,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "feature_fraction": 0.5,
    "lambda_l2": 10.0,
    "verbose": -1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
}
"""Chosen on the earlier cuts of Online Retail II and Deskdrop; see docs/decisions/021-churn.md. One thread: trees of
so few rows wait longer for each other than they work, the more so beside another library that computes in parallel."""
REGULARISATION = 0.1
"""Inverse strength (C) of the regression's L2 penalty."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A logistic regression over compressed and standardised features.

    float64[features] each: `medians` stand in for what is not known, `means` and `scales` standardise, `weights` count.
    """

    medians: list[float]
    means: list[float]
    scales: list[float]
    weights: list[float]
    intercept: float

    def terms(self, values: Matrix) -> Matrix:
        """float64[users, features]: what each adds to the log-odds, beside the intercept; 0 for the mean user."""
        return np.asarray(self._standard(values) * np.asarray(self.weights))

    def log_odds(self, values: Matrix) -> Vector:
        """float64[users]."""
        return np.asarray(self.terms(values).sum(axis=1) + self.intercept)

    def _standard(self, values: Matrix) -> Matrix:
        filled = np.where(np.isnan(values), np.asarray(self.medians), values)
        return np.asarray((compressed(filled) - np.asarray(self.means)) / np.asarray(self.scales))


def compressed(values: Matrix) -> Matrix:
    """Counts and sums of money have long tails: sign(x) log(1 + |x|)."""
    return np.asarray(np.sign(values) * np.log1p(np.abs(values)))


def fit_linear(values: Matrix, gone: Gone) -> Linear:
    """The regression alone, which is the baseline too."""
    from sklearn.linear_model import LogisticRegression

    medians = _medians(values)
    filled = compressed(np.where(np.isnan(values), medians, values))
    means, scales = filled.mean(axis=0), filled.std(axis=0)
    scales[scales < 1e-9] = 1.0  # noqa: PLR2004 - a feature that does not vary says nothing, whatever it is divided by
    model = LogisticRegression(C=REGULARISATION, max_iter=2_000).fit((filled - means) / scales, gone)
    weights, intercept = model.coef_[0].tolist(), float(model.intercept_[0])
    return Linear(medians.tolist(), means.tolist(), scales.tolist(), weights, intercept)


@dataclass(frozen=True)
class ChurnClassifier:
    """What tells the risk of users from their features, in the order of `names`; `slope` and `offset` calibrate."""

    names: tuple[str, ...]
    linear: Linear
    trees: str
    slope: float = 1.0
    offset: float = 0.0

    @cached_property
    def _booster(self) -> Any:
        import lightgbm

        return lightgbm.Booster(model_str=self.trees)

    def raw(self, values: Matrix) -> Vector:
        """float64[users]: log-odds before calibration."""
        return np.asarray(self.linear.log_odds(values) + self._booster.predict(values, raw_score=True, num_threads=1))

    def risks(self, values: Matrix) -> Vector:
        """float64[users] of 0 to 1: how probable it is that each is gone."""
        return np.asarray(expit(self.slope * self.raw(values) + self.offset))

    def contributions(self, values: Matrix) -> Matrix:
        """float64[users, features]: what each adds to the log-odds; with `base` they sum to those of the risk."""
        of_trees = self._booster.predict(values, pred_contrib=True, num_threads=1)[:, :-1]
        return np.asarray(self.slope * (self.linear.terms(values) + of_trees))

    @cached_property
    def base(self) -> float:
        """Log-odds of whom nothing moves up or down."""
        nobody = np.full((1, len(self.names)), np.nan)
        expected = float(self._booster.predict(nobody, pred_contrib=True, num_threads=1)[0, -1])
        return self.slope * (self.linear.intercept + expected) + self.offset

    def to_text(self) -> str:
        """JSON, from which `from_text` makes the same again."""
        return json.dumps({**asdict(self), "names": list(self.names)})

    @classmethod
    def from_text(cls, text: str) -> ChurnClassifier:
        """See to_text."""
        told = json.loads(text)
        return cls(**{**told, "names": tuple(told["names"]), "linear": Linear(**told["linear"])})


def fit_classifier(
    names: tuple[str, ...], values: Matrix, gone: Gone, users: NDArray[Any], seed: int
) -> ChurnClassifier:
    """Learn from `values` float64[rows, features] and `gone` bool[rows]; `users` says whose each row is.

    A user may have several rows, as of different cuts; they stay together where calibration holds users out.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold

    raw = np.zeros(len(gone))
    for seen, unseen in GroupKFold(FOLDS).split(values, gone, users):
        raw[unseen] = _uncalibrated(names, values[seen], gone[seen], seed).raw(values[unseen])
    platt = LogisticRegression(C=1e6).fit(raw[:, None], gone)
    fitted = _uncalibrated(names, values, gone, seed)
    return ChurnClassifier(names, fitted.linear, fitted.trees, float(platt.coef_[0, 0]), float(platt.intercept_[0]))


def _uncalibrated(names: tuple[str, ...], values: Matrix, gone: Gone, seed: int) -> ChurnClassifier:
    import lightgbm

    linear = fit_linear(values, gone)
    data = lightgbm.Dataset(values, gone.astype(np.int8), init_score=linear.log_odds(values), params={"verbose": -1})
    booster = lightgbm.train({**TREES, "seed": seed}, data, ROUNDS)
    return ChurnClassifier(names, linear, booster.model_to_string())


def _medians(values: Matrix) -> Vector:
    """float64[features]; 0 for a feature that nobody has."""
    empty = np.isnan(values).all(axis=0)
    return np.where(empty, 0.0, np.nanmedian(np.where(empty, 0.0, values), axis=0))
