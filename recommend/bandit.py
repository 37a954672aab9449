"""A bandit over arms: how probable each should be, from what it has earned so far.

Thompson sampling (Thompson 1933; Chapelle & Li, An Empirical Evaluation of Thompson Sampling, NIPS 2011) draws a value
for each arm from its posterior and takes the best. Here the probabilities with which it would do so are computed, and
the arm is drawn from them: the same choice, whose propensity is known exactly. Epsilon-greedy: Sutton & Barto,
Reinforcement Learning (2018), section 2.2. What an arm is expected to earn before it did: recommend.arm_priors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv

from graph.bandit import ArmEarnings
from recommend.arm_priors import arm_priors
from recommend.settings import BanditSettings

QUANTILES = 256
"""Points at which each posterior is looked at; with 256 a probability is right to within 0.001."""


@dataclass(frozen=True, slots=True)
class Earned:
    """What an arm has earned: `rewards`, 0 to 1 each, in `trials`."""

    trials: float = 0.0
    rewards: float = 0.0

    def __add__(self, other: Earned) -> Earned:
        return Earned(self.trials + other.trials, self.rewards + other.rewards)


NOTHING = Earned()
Key = tuple[str, str]
"""A group of users, and the name of an arm."""


def earned_of(earnings: Iterable[ArmEarnings]) -> dict[Key, Earned]:
    """By group and arm."""
    return {(one.group, one.arm): Earned(one.trials, one.rewards) for one in earnings}


def chances_by_arm(earned: Mapping[Key, Earned], settings: BanditSettings) -> dict[Key, float]:
    """How probable each arm of the settings is now, for users of each group that anything was earned with."""
    arms = list(settings.arms)
    return {
        (group, arm): chance
        for group in {group for group, _ in earned}
        for arm, chance in zip(arms, chances(earned, group, arms, settings).tolist(), strict=True)
    }


def chances(
    earned: Mapping[Key, Earned], group: str, arms: Sequence[str], settings: BanditSettings
) -> NDArray[np.float64]:
    """How probable each of `arms` is for users of a group: float64[k], sums to 1, none below settings.least_chance.

    What an arm earned with other groups is where it begins with this one, as far as the groups are found to be alike.
    """
    groups = list(dict.fromkeys([group, *(where for where, _ in earned)]))
    won, lost = _won_and_lost(earned, groups, arms)
    priors = arm_priors(won, lost, settings)
    successes, failures = priors[0][0] + won[0], priors[1][0] + lost[0]
    if settings.algorithm == "thompson":
        width = settings.posterior_width
        found = best_chances(successes / width, failures / width)
    else:
        means = successes / (successes + failures)
        best = np.isclose(means, means.max(), rtol=0, atol=1e-12)
        found = settings.exploration / len(arms) + (1 - settings.exploration) * best / best.sum()
    return with_floor(found, settings.least_chance)


def _won_and_lost(
    earned: Mapping[Key, Earned], groups: Sequence[str], arms: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rewards, and trials less these: float64[g, k] each."""
    cells = [[earned.get((group, arm), NOTHING) for arm in arms] for group in groups]
    won = np.asarray([[one.rewards for one in row] for row in cells], dtype=np.float64)
    lost = np.asarray([[one.trials - one.rewards for one in row] for row in cells], dtype=np.float64)
    # Rewards that were corrected downwards may leave a hair less than nothing.
    return np.maximum(won, 0.0), np.maximum(lost, 0.0)


def with_floor(chances: NDArray[np.float64], least: float) -> NDArray[np.float64]:
    """`chances`, float64[k], with none below `least` or an even share of all; only what is above pays for it."""
    floor = min(least, 1 / len(chances))
    above = np.maximum(chances - floor, 0.0)
    if above.sum() == 0:
        return np.full(len(chances), 1 / len(chances))
    lifted: NDArray[np.float64] = floor + (1 - floor * len(chances)) * above / above.sum()
    return lifted


def best_chances(successes: NDArray[np.float64], failures: NDArray[np.float64]) -> NDArray[np.float64]:
    """How probable it is that each of k beta distributions gives the largest value: float64[k], sums to 1.

    The integral of each density times the others' distribution functions, over the quantiles of all of them.
    """
    levels = np.concatenate([[1e-9], (np.arange(QUANTILES) + 0.5) / QUANTILES, [1 - 1e-9]])
    points = np.unique(betaincinv(successes[:, None], failures[:, None], levels[None, :]))
    below = betainc(successes[:, None], failures[:, None], points[None, :])
    found = np.empty(len(successes))
    for k in range(len(successes)):
        others = np.prod(np.delete(below, k, axis=0), axis=0)
        found[k] = np.sum(np.diff(below[k]) * (others[1:] + others[:-1]) / 2)
    chances_of: NDArray[np.float64] = found / found.sum()
    return chances_of


def group_of(likes: int, bounds: Sequence[int]) -> str:
    """The activity group of a user who likes so many items: `0`, `1-4`, …, `20+` for bounds 1, 5 and 20."""
    above = [bound for bound in bounds if likes >= bound]
    if not above:
        return "0" if bounds[0] == 1 else f"0-{bounds[0] - 1}"
    place = len(above)
    return f"{above[-1]}+" if place == len(bounds) else f"{above[-1]}-{bounds[place] - 1}"
