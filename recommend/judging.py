"""What policies that were never served would have earned, by what a bandit decided and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from graph.bandit import Decision
from graph.errors import InputError
from recommend.off_policy import ESTIMATORS, FEWEST, Estimate, Log, mean_rewards


def judged(decisions: Sequence[Decision], confidence: float = 0.95) -> dict[str, dict[str, Estimate]]:
    """By policy, then by estimator: each arm always, and of each group the arm that seems best.

    Which arm seems best is told from the first half of the decisions, and judged by the second. Raises InputError for
    too few decisions.
    """
    if len(decisions) < 2 * FEWEST:
        raise InputError(
            f"There are {len(decisions)} counted decisions of auto, too few to judge by: let it answer, "
            "record feedback, and run edgewise bandit update."
        )
    arms = sorted({one.arm for one in decisions})
    groups = sorted({one.group for one in decisions})
    log = log_of(decisions, arms, groups)
    every = len(decisions)
    found = {f"always {arm}": _all(log, _always(every, k, len(arms)), confidence) for k, arm in enumerate(arms)}
    half = len(decisions) // 2
    first, second = log_of(decisions[:half], arms, groups), log_of(decisions[half:], arms, groups)
    best = mean_rewards(first, len(groups), len(arms)).argmax(axis=1)
    return {**found, "the best of each group": _all(second, np.eye(len(arms))[best[second.contexts]], confidence)}


def log_of(decisions: Sequence[Decision], arms: Sequence[str], groups: Sequence[str]) -> Log:
    """The decisions as columns; actions and contexts are places in `arms` and `groups`."""
    return Log(
        np.asarray([arms.index(one.arm) for one in decisions], dtype=np.int64),
        np.asarray([one.reward for one in decisions]),
        np.asarray([one.propensity for one in decisions]),
        np.asarray([groups.index(one.group) for one in decisions], dtype=np.int64),
    )


def _always(decisions: int, arm: int, arms: int) -> NDArray[np.float64]:
    return np.tile(np.eye(arms)[arm], (decisions, 1))


def _all(log: Log, policy: NDArray[np.float64], confidence: float) -> dict[str, Estimate]:
    return {name: estimator(log, policy, confidence) for name, estimator in ESTIMATORS.items()}
