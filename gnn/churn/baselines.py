"""The models that are judged side by side: ours, a logistic regression on the same features, and recency alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from gnn.churn.classifier import fit_classifier, fit_linear
from gnn.churn.lesson import Lesson

Risks = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From float64[users, features] to float64[users]."""
TREES, LOGISTIC, RECENCY = "trees", "logistic", "recency"


def fit_trees(lesson: Lesson, seed: int) -> Risks:
    """What serves."""
    return fit_classifier(lesson.names, lesson.values, lesson.gone, lesson.users, seed).risks


def fit_logistic(lesson: Lesson, _seed: int) -> Risks:
    """The regression on all features that the trees begin from."""
    linear = fit_linear(lesson.values, lesson.gone)
    return lambda values: np.asarray(expit(linear.log_odds(values)))


def fit_recency(lesson: Lesson, _seed: int) -> Risks:
    """A regression on nothing but the days since the last activity."""
    column = [lesson.names.index("recencyDays")]
    linear = fit_linear(lesson.values[:, column], lesson.gone)
    return lambda values: np.asarray(expit(linear.log_odds(values[:, column])))


MODELS: dict[str, Callable[[Lesson, int], Risks]] = {
    TREES: fit_trees,
    LOGISTIC: fit_logistic,
    RECENCY: fit_recency,
}
