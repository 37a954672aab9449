"""What each arm of a bandit is expected to earn with a group of users, before it earned anything with them.

Groups may like the same arms, and then learn everything once, or each its own, and then what others did misleads. Which
of both it is shows in what was earned: the number of other groups' answers that count for a group is the one under
which every group's rewards are most probable (empirical Bayes: Efron & Morris 1975; Robbins 1956).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln

from recommend.settings import BanditSettings

Floats = NDArray[np.float64]
Betas = tuple[Floats, Floats]
"""Parameters of beta distributions, successes and failures: float64[g, k] each, by group and arm."""
COUNTED = (30_000.0, 10_000.0, 3_000.0, 1_000.0, 300.0, 100.0, 30.0, 10.0, 0.0)
"""Numbers of other groups' answers that are tried, up to settings.pooling."""


def arm_priors(won: Floats, lost: Floats, settings: BanditSettings) -> Betas:
    """By group and arm, from answers that were `won`, rewards summed, and `lost`: float64[g, k], not below 0."""
    start = _start(won, lost, settings)
    numbers = [settings.pooling, *(number for number in COUNTED if number < settings.pooling)]
    # The first of equals, so that as long as nothing speaks against it everything that others earned counts.
    tried = [_counting(won, lost, start, number) for number in numbers]
    return max(tried, key=lambda priors: evidence(won, lost, priors))


def _start(won: Floats, lost: Floats, settings: BanditSettings) -> tuple[float, float]:
    """What an arm begins with that nobody has tried: of the strength of the settings, at the level of all arms.

    Where an answer leads to something once in twenty times, an arm that is thought to do so every other time would be
    tried again and again. Epsilon-greedy, which tries each anyway, keeps what is set.
    """
    strength = settings.prior_successes + settings.prior_failures
    if settings.algorithm != "thompson":
        return settings.prior_successes, settings.prior_failures
    level = (settings.prior_successes + won.sum()) / (strength + won.sum() + lost.sum())
    return float(strength * level), float(strength * (1 - level))


def _counting(won: Floats, lost: Floats, start: tuple[float, float], most: float) -> Betas:
    """What others earned counts like up to `most` answers of a group's own."""
    others_won, others_lost = (np.maximum(one.sum(axis=0) - one, 0.0) for one in (won, lost))
    share = np.minimum(1.0, most / np.maximum(others_won + others_lost, 1e-9))
    return start[0] + share * others_won, start[1] + share * others_lost


def evidence(won: Floats, lost: Floats, priors: Betas) -> float:
    """The logarithm of how probable the rewards of all groups are, each under its priors (beta-binomial)."""
    successes, failures = priors
    return float(np.sum(betaln(successes + won, failures + lost) - betaln(successes, failures)))
