"""Simulated worlds whose arms have known values, and what bandits lose in them. Many worlds at once, one per row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from recommend.bandit import Earned, chances
from recommend.off_policy import Log
from recommend.settings import BanditSettings

Floats = NDArray[np.float64]
GROUPS, ARMS = ("0", "1-4", "5-19", "20+"), ("hybrid", "item-item", "co-occurrence", "content")
SHARES = (0.4, 0.3, 0.2, 0.1)
"""Of the requests, by group."""
BATCH = 100
"""Requests between two updates of ours; the textbook's algorithms learn after each."""


@dataclass(frozen=True, slots=True)
class Worlds:
    """`values`: float64[w, g, k], how probable it is that an answer of an arm to a user of a group leads to something.

    `groups`: int64[w, t] and `luck`: float64[w, t], of each request: the same request has the same luck whoever
    chooses, so that bandits are compared pair by pair.
    """

    values: Floats
    groups: NDArray[np.int64]
    luck: Floats

    @classmethod
    def drawn(cls, worlds: int, requests: int, seed: int, *, alike: bool) -> Worlds:
        """Values around a tenth. `alike`: the groups like the same arms; else each likes its own."""
        random = np.random.default_rng(seed)
        values = random.beta(4, 36, (worlds, len(GROUPS), len(ARMS)))
        if alike:
            values[:] = values[:, :1]
        groups = random.choice(len(GROUPS), (worlds, requests), p=SHARES)
        return cls(values, groups, random.random((worlds, requests)))

    def rewards(self, request: int, arms: NDArray[np.int64]) -> Floats:
        """float64[w]: 1 where the answer of the arm, int64[w], to a request leads to something."""
        rows = np.arange(len(arms))
        reward: Floats = (self.luck[:, request] < self.values[rows, self.groups[:, request], arms]).astype(float)
        return reward

    def regrets(self, request: int, arms: NDArray[np.int64]) -> Floats:
        """float64[w]: what the best arm of the user's group would have been worth more."""
        rows = np.arange(len(arms))
        own = self.values[rows, self.groups[:, request]]
        lost: Floats = own.max(axis=1) - own[rows, arms]
        return lost


Choose = Callable[[Floats, Floats, NDArray[np.int64]], Floats]
"""From trials and rewards so far, float64[w, g, k], and the groups that ask, int64[w]: float64[w, k], chances."""


def textbook_thompson(random: np.random.Generator, trials: Floats, won: Floats, groups: NDArray[np.int64]) -> Floats:
    """Draws from each posterior, and is sure of the largest: Chapelle & Li (2011), algorithm 2, a priori uniform."""
    rows = np.arange(len(groups))
    own, of = won[rows, groups], trials[rows, groups]
    sure: Floats = np.eye(len(ARMS))[random.beta(1 + own, 1 + of - own).argmax(axis=1)]
    return sure


def textbook_greedy(trials: Floats, won: Floats, groups: NDArray[np.int64], exploration: float = 0.1) -> Floats:
    """Epsilon-greedy by the mean so far, ties to all: Sutton & Barto (2018), section 2.2."""
    rows = np.arange(len(groups))
    own, of = won[rows, groups], trials[rows, groups]
    means = np.divide(own, of, out=np.full(own.shape, 0.5), where=of > 0)
    best = means == means.max(axis=1, keepdims=True)
    spread: Floats = exploration / len(ARMS) + (1 - exploration) * best / best.sum(axis=1, keepdims=True)
    return spread


def evenly(trials: Floats, _won: Floats, _groups: NDArray[np.int64]) -> Floats:
    """Any arm as well as another."""
    return np.full((len(trials), len(ARMS)), 1 / len(ARMS))


def ours(settings: BanditSettings) -> Choose:
    """As `auto` chooses."""

    def choose(trials: Floats, won: Floats, groups: NDArray[np.int64]) -> Floats:
        return np.stack([_chances(settings, trials[k], won[k], GROUPS[group]) for k, group in enumerate(groups)])

    return choose


def _chances(settings: BanditSettings, trials: Floats, won: Floats, group: str) -> Floats:
    earned = {(g, a): Earned(trials[i, j], won[i, j]) for i, g in enumerate(GROUPS) for j, a in enumerate(ARMS)}
    return chances(earned, group, ARMS, settings)


@dataclass(frozen=True, slots=True)
class Played:
    """`regret`: float64[w, t], what was lost by each request, summed; `logs`: what was decided in each world."""

    regret: Floats
    logs: list[Log]


def play(worlds: Worlds, choose: Choose, random: np.random.Generator, every: int = 1) -> Played:
    """Let a bandit choose for all requests of all worlds; it learns what came of them every so many."""
    count, requests = worlds.groups.shape
    trials, won = np.zeros(worlds.values.shape), np.zeros(worlds.values.shape)
    seen_trials, seen_won = trials.copy(), won.copy()
    arms, given = np.zeros((count, requests), dtype=np.int64), np.zeros((count, requests))
    rewards, lost = np.zeros((count, requests)), np.zeros((count, requests))
    rows = np.arange(count)
    of_group: list[Floats] = []
    for request in range(requests):
        if request % every == 0:
            seen_trials, seen_won = trials.copy(), won.copy()
            if every > 1:
                of_group = [choose(seen_trials, seen_won, np.full(count, group)) for group in range(len(GROUPS))]
        groups = worlds.groups[:, request]
        odds = np.stack(of_group)[groups, rows] if every > 1 else choose(seen_trials, seen_won, groups)
        arms[:, request] = (random.random((count, 1)) > odds.cumsum(axis=1)).sum(axis=1).clip(max=len(ARMS) - 1)
        given[:, request] = odds[rows, arms[:, request]]
        rewards[:, request] = worlds.rewards(request, arms[:, request])
        lost[:, request] = worlds.regrets(request, arms[:, request])
        trials[rows, groups, arms[:, request]] += 1
        won[rows, groups, arms[:, request]] += rewards[:, request]
    logs = [Log(*columns) for columns in zip(arms, rewards, given, worlds.groups, strict=True)]
    return Played(lost.cumsum(axis=1), logs)


def bandits(seed: int) -> Mapping[str, tuple[Choose, int]]:
    """Ours and the textbook's by name, each with how often it learns."""
    thompson, greedy = BanditSettings(), BanditSettings(algorithm="epsilon-greedy")
    return {
        "thompson": (ours(thompson), BATCH),
        "thompson, nothing kept back": (ours(BanditSettings(least_chance=0)), BATCH),
        "textbook thompson": (partial(textbook_thompson, np.random.default_rng(seed)), 1),
        "epsilon-greedy": (ours(greedy), BATCH),
        "textbook epsilon-greedy": (textbook_greedy, 1),
    }
