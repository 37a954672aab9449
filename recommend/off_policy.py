"""What a policy would have earned that was never served, from the log of another that was.

Dudík, Langford & Li, Doubly Robust Policy Evaluation and Learning (ICML 2011); Swaminathan & Joachims, The
Self-Normalized Estimator for Counterfactual Learning (NIPS 2015). Intervals are normal ones of the estimates' influence
functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from graph.errors import InputError

FEWEST = 2
PRIOR = 10.0
"""Decisions that a mean over more of the log counts for, where one over less is taken."""


@dataclass(frozen=True, slots=True)
class Log:
    """n decisions among k actions, with what came of them.

    `actions`: int64[n], 0 to k - 1; `rewards`: float64[n]; `propensities`: float64[n] in (0, 1], how probable the
    action taken was; `contexts`: int64[n], what was known before, as a number of a group.
    """

    actions: NDArray[np.int64]
    rewards: NDArray[np.float64]
    propensities: NDArray[np.float64]
    contexts: NDArray[np.int64]

    def __post_init__(self) -> None:
        sizes = {len(self.actions), len(self.rewards), len(self.propensities), len(self.contexts)}
        if len(sizes) != 1 or len(self.actions) < FEWEST:
            raise InputError(
                f"A log needs columns of one length, {FEWEST} decisions or more; these have {sorted(sizes)}."
            )
        if not ((self.propensities > 0) & (self.propensities <= 1)).all():
            raise InputError(
                "A propensity lies above 0 and is at most 1: who logged a decision must have been able to."
            )
        if not np.isfinite(self.rewards).all():
            raise InputError("A reward is no finite number.")


@dataclass(frozen=True, slots=True)
class Estimate:
    """`value` with its interval; `effective` (Kish): how many decisions of its own policy the log is worth."""

    value: float
    low: float
    high: float
    effective: float


def ipw(log: Log, policy: NDArray[np.float64], confidence: float = 0.95) -> Estimate:
    """Inverse propensity weighting. `policy`: float64[n, k], how probable each action is under the other policy."""
    weights = _weights(log, policy)
    terms = weights * log.rewards
    return _estimate(float(terms.mean()), terms - terms.mean(), weights, confidence)


def snipw(log: Log, policy: NDArray[np.float64], confidence: float = 0.95) -> Estimate:
    """The same, divided by the sum of the weights: less varied, a little biased. NaN where the policies never agree."""
    weights = _weights(log, policy)
    total = weights.sum()
    if total <= 0:
        return Estimate(np.nan, np.nan, np.nan, 0.0)
    value = float((weights * log.rewards).sum() / total)
    return _estimate(value, weights * (log.rewards - value) / weights.mean(), weights, confidence)


def doubly_robust(
    log: Log, policy: NDArray[np.float64], expected: NDArray[np.float64], confidence: float = 0.95
) -> Estimate:
    """Right if either the propensities or the expectations are. `expected`: float64[n, k], of each action's reward."""
    weights = _weights(log, policy)
    taken = np.take_along_axis(expected, log.actions[:, None], axis=1)[:, 0]
    terms = (policy * expected).sum(axis=1) + weights * (log.rewards - taken)
    return _estimate(float(terms.mean()), terms - terms.mean(), weights, confidence)


def expected_rewards(log: Log, actions: int, folds: int = 5, prior: float = PRIOR) -> NDArray[np.float64]:
    """float64[n, k]: what each action earns in each decision's context, learned from the other folds of the log.

    See `mean_rewards`. Fold by fold, so that no decision speaks for itself.
    """
    contexts = int(log.contexts.max()) + 1
    found = np.empty((len(log.actions), actions))
    for fold in range(folds):
        held = np.arange(len(log.actions)) % folds == fold
        found[held] = mean_rewards(log, contexts, actions, ~held, prior)[log.contexts[held]]
    return found


def mean_rewards(
    log: Log, contexts: int, actions: int, used: NDArray[np.bool_] | None = None, prior: float = PRIOR
) -> NDArray[np.float64]:
    """float64[g, k]: what each action earned in each context, in the decisions `used` (bool[n]; None: all).

    Drawn to the mean of the action with the weight of `prior` decisions, and that to the mean of all.
    """
    of = slice(None) if used is None else used
    cells, rewards = log.contexts[of] * actions + log.actions[of], log.rewards[of]
    counts = np.bincount(cells, minlength=contexts * actions).reshape(contexts, actions)
    sums = np.bincount(cells, rewards, minlength=contexts * actions).reshape(contexts, actions)
    everywhere = rewards.mean() if len(rewards) else 0.0
    of_action = (sums.sum(axis=0) + prior * everywhere) / (counts.sum(axis=0) + prior)
    means: NDArray[np.float64] = (sums + prior * of_action) / (counts + prior)
    return means


def _by_model(log: Log, policy: NDArray[np.float64], confidence: float) -> Estimate:
    return doubly_robust(log, policy, expected_rewards(log, policy.shape[1]), confidence)


ESTIMATORS: Mapping[str, Callable[[Log, NDArray[np.float64], float], Estimate]] = MappingProxyType(
    {"ipw": ipw, "snipw": snipw, "dr": _by_model}
)
"""By their usual names."""


def _weights(log: Log, policy: NDArray[np.float64]) -> NDArray[np.float64]:
    if policy.shape[0] != len(log.actions) or policy.shape[1] <= log.actions.max():
        raise InputError(f"A policy of {len(log.actions)} decisions has another shape than {policy.shape}.")
    if (policy < 0).any() or not np.allclose(policy.sum(axis=1), 1.0):
        raise InputError("A policy's probabilities are not below 0, and sum to 1 for each decision.")
    weights: NDArray[np.float64] = np.take_along_axis(policy, log.actions[:, None], axis=1)[:, 0] / log.propensities
    return weights


def _estimate(
    value: float, influence: NDArray[np.float64], weights: NDArray[np.float64], confidence: float
) -> Estimate:
    width = float(ndtri((1 + confidence) / 2) * influence.std(ddof=1) / np.sqrt(len(influence)))
    squares = float((weights**2).sum())
    effective = float(weights.sum() ** 2 / squares) if squares > 0 else 0.0
    return Estimate(value, value - width, value + width, effective)
