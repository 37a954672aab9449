"""What a policy would have earned that was never served, from the log of another that was.

Dudík, Langford & Li, Doubly Robust Policy Evaluation and Learning (ICML 2011); Swaminathan & Joachims, The
Self-Normalized Estimator for Counterfactual Learning (NIPS 2015). Intervals are those of Student's t for the estimates'
influence functions, made for logs in which a few decisions with small propensities weigh most: see `_estimate`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

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
    value = float((weights * log.rewards).mean())
    return _estimate(value, log, policy.shape[1], Influence(np.full(len(weights), -value), weights, 0.0), confidence)


def snipw(log: Log, policy: NDArray[np.float64], confidence: float = 0.95) -> Estimate:
    """The same, divided by the sum of the weights: less varied, a little biased. NaN where the policies never agree."""
    weights = _weights(log, policy)
    total = weights.sum()
    if total <= 0:
        return Estimate(np.nan, np.nan, np.nan, 0.0)
    value = float((weights * log.rewards).sum() / total)
    own = Influence(np.zeros(len(weights)), weights / weights.mean(), value)
    return _estimate(value, log, policy.shape[1], own, confidence)


def doubly_robust(
    log: Log, policy: NDArray[np.float64], expected: NDArray[np.float64], confidence: float = 0.95
) -> Estimate:
    """Right if either the propensities or the expectations are. `expected`: float64[n, k], of each action's reward."""
    weights = _weights(log, policy)
    taken = np.take_along_axis(expected, log.actions[:, None], axis=1)[:, 0]
    direct = (policy * expected).sum(axis=1)
    value = float((direct + weights * (log.rewards - taken)).mean())
    return _estimate(value, log, policy.shape[1], Influence(direct - value, weights, taken), confidence)


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


@dataclass(frozen=True, slots=True)
class Influence:
    """What each decision adds to an estimate beside its mean: `constant` + `weights` (reward - `baseline`)."""

    constant: NDArray[np.float64]
    weights: NDArray[np.float64]
    baseline: NDArray[np.float64] | float

    def of(self, rewards: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[n], of mean 0."""
        return self.constant + self.weights * (rewards - self.baseline)

    def squares(self, first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[n]: what its square is expected to be by the moments of each reward."""
        drift = first - self.baseline
        spread = second - 2 * self.baseline * first + self.baseline**2
        found: NDArray[np.float64] = (
            self.constant**2 + 2 * self.constant * self.weights * drift + self.weights**2 * spread
        )
        return found


def _estimate(value: float, log: Log, actions: int, influence: Influence, confidence: float) -> Estimate:
    """With an interval.

    Where few decisions weigh most, their rewards may well all be 0 by chance, and would seem not to vary: the variance
    is that of rewards as `mean_rewards` expects them. How much so few tell of a variance at all is told by
    Satterthwaite's degrees of freedom, from the fourth moment.
    """
    count = len(log.actions)
    squares = influence.squares(*_moments(log, actions))
    most = float((influence.weights**2).sum())
    effective = float(influence.weights.sum() ** 2 / most) if most > 0 else 0.0
    freedom = _freedom(influence.of(log.rewards), effective)
    width = float(stdtrit(freedom, (1 + confidence) / 2) * np.sqrt(max(squares.mean(), 0.0) / count))
    return Estimate(value, value - width, value + width, effective)


def _moments(log: Log, actions: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The expected reward of each decision, and the expected square of it: float64[n] each."""
    contexts = int(log.contexts.max()) + 1
    squared = replace(log, rewards=log.rewards**2)
    first, second = (mean_rewards(one, contexts, actions)[log.contexts, log.actions] for one in (log, squared))
    return first, second


def _freedom(influence: NDArray[np.float64], effective: float) -> float:
    """Degrees of freedom that a variance of these has: 2 n / (kurtosis - 1), at least 1."""
    apart = influence - influence.mean()
    variance = float((apart**2).mean())
    if variance <= 0:
        return max(effective - 1, 1.0)
    kurtosis = float((apart**4).mean()) / variance**2
    return max(2 * len(apart) / max(kurtosis - 1, 1e-9), 1.0)
