"""The strategy `auto`: a bandit that learns which way of recommending works, for each group of users."""

from __future__ import annotations

import logging
import random as randomness
import threading
from collections.abc import Callable

from graph.bandit import arm_earnings
from graph.client import Graph
from graph.errors import ConfigurationError, GraphError
from graph.user_states import UserState
from recommend.bandit import Earned, Key, chances, earned_of, group_of
from recommend.pins import base_of
from recommend.protocol import Choice
from recommend.settings import BanditSettings

LOGGER = logging.getLogger(__name__)


class Auto:
    """Chooses arms by what they have earned, as the graph has it; looks again every settings.refresh_seconds.

    `random` draws; `clock` gives monotonic seconds. Safe to share between threads.
    """

    def __init__(
        self, graph: Graph, settings: BanditSettings, random: randomness.Random, clock: Callable[[], float]
    ) -> None:
        self._graph = graph
        self._settings = settings
        self._random = random
        self._clock = clock
        self._lock = threading.Lock()
        self._earned: dict[Key, Earned] = {}
        self._chances: dict[str, list[float]] = {}
        self._due = -1.0

    @property
    def strategies(self) -> tuple[str, ...]:
        """Those of its arms, each once."""
        return tuple(dict.fromkeys(arm.strategy for arm in self._settings.arms.values()))

    def choose(self, state: UserState) -> Choice:
        """An arm for a user. One round trip now and then."""
        group = group_of(state.liked, self._settings.group_bounds)
        found = self.chances(group)
        names = list(self._settings.arms)
        (place,) = self._random.choices(range(len(names)), found)
        arm = self._settings.arms[names[place]]
        return Choice(names[place], group, found[place], arm.strategy, tuple(sorted(arm.weights.items())))

    def chances(self, group: str) -> list[float]:
        """How probable each arm is for users of a group now, in the order of the settings; sums to 1."""
        with self._lock:
            now = self._clock()
            if now >= self._due:
                self._due = now + self._settings.refresh_seconds  # even if it fails: others need not try at once
                self._refresh()
            known = self._chances.get(group)
            if known is None:
                known = chances(self._earned, group, list(self._settings.arms), self._settings).tolist()
                self._chances[group] = known
            return known

    def _refresh(self) -> None:
        try:
            found = arm_earnings(self._graph)
        except GraphError as error:
            LOGGER.warning("what the arms of auto have earned cannot be read; what was known counts: %s", error)
            return
        self._earned = earned_of(found)
        self._chances = {}


def check_arms(settings: BanditSettings, known: set[str]) -> None:
    """Raise ConfigurationError for an arm whose strategy is not among `known`."""
    for name, arm in settings.arms.items():
        if base_of(arm.strategy) not in known:
            raise ConfigurationError(
                f"EDGEWISE_BANDIT_ARMS: the arm {name} is of {arm.strategy!r}; there are {', '.join(sorted(known))}."
            )
