"""Draws the events of the synthetic world chunk by chunk: any number of them in bounded memory, in order of time.

A chunk is drawn from the seed and its own number alone. Sessions of a few events minutes apart start at moments that
grow denser over the year and follow the hours of the day. In a session a user looks at one kind; each item is of a
taste drawn from hers and, within it, as popular as Zipf has it. The nearer the item is to her taste, the likelier she
likes it, and what she does (`LIKED`, `NOT_LIKED`) follows from that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from loaders.synthetic_world import AT_START, Codes, Floats, Ints, World, WorldPlan

CHUNK = 50_000
EVENTS_PER_SESSION = 4.0
GAP_SECONDS = 150.0
GROWTH = 1.5
"""Events up to the moment t grow with t to this power."""
PLATFORMS = ("web", "ios", "android", "tv")
HOME_SHARE = 0.8
"""Part of the sessions on a user's usual platform."""
LEAST_LIKING, LIKING_SPAN = 0.1, 0.85
"""How likely an item far from a user's taste is liked, and how much likelier one is that is all of her taste."""
HOURS = np.array([2, 1, 1, 1, 1, 2, 4, 6, 6, 5, 5, 5, 6, 6, 5, 5, 6, 7, 9, 11, 13, 12, 8, 4], dtype=np.float64)
"""How busy each hour of the day is."""
LIKED = MappingProxyType(
    {
        "view": 0.32, "click": 0.2, "like": 0.13, "bookmark": 0.07, "comment": 0.03, "share": 0.03, "follow": 0.02,
        "rate": 0.09, "enroll": 0.02, "purchase": 0.05, "ai_usage": 0.04,
    }
)  # fmt: skip
"""How often a user does what with an item that she likes."""
NOT_LIKED = MappingProxyType(
    {"view": 0.4, "click": 0.1, "skip": 0.26, "dislike": 0.08, "rate": 0.09, "return": 0.02, "ai_usage": 0.05}
)
"""The same with one that she does not."""
TYPES = tuple(dict.fromkeys((*LIKED, *NOT_LIKED)))


@dataclass(frozen=True, slots=True)
class Chunk:
    """Events in order of time, one per row: [n] each."""

    first: int
    """Number of the first event, counted over all chunks from 0."""
    users: Ints
    items: Ints
    types: Codes
    """Index into TYPES."""
    at: Ints
    """Epoch milliseconds."""
    values: Floats
    """A rating in half stars; NaN for what is no rating."""
    platforms: Codes
    """Index into PLATFORMS."""
    sessions: Ints
    """Number of the session within its chunk."""


class EventStream:
    """The events of a world; each call of `chunks` draws the same."""

    def __init__(self, world: World, plan: WorldPlan) -> None:
        self._world = world
        self._plan = plan
        self._activity = np.cumsum(world.activity_of_users)
        self._taste_steps = np.cumsum(world.tastes_of_users, axis=1)
        self._kind_steps = np.cumsum(world.kinds_of_users, axis=1)
        self._popularity = np.concatenate([[0.0], np.cumsum(world.popularity_of_items)])
        self._bounds = _groups(world)
        self._steps = np.stack([_steps(LIKED), _steps(NOT_LIKED)])

    def chunks(self) -> Iterator[Chunk]:
        """All events, at most CHUNK at a time."""
        for number, first in enumerate(range(0, self._plan.events, CHUNK)):
            yield self._chunk(number, first, min(CHUNK, self._plan.events - first))

    def _chunk(self, number: int, first: int, count: int) -> Chunk:
        rng = np.random.default_rng([self._plan.seed, 1, number])
        sessions, offsets = _sessions(rng, count)
        begun = int(sessions[-1]) + 1
        progress = (first + count * np.sort(rng.random(begun))) / self._plan.events
        visitors = self._visitors(rng, progress)
        kinds = _drawn(rng, self._kind_steps[visitors])
        home = np.where(
            rng.random(begun) < HOME_SHARE, visitors % len(PLATFORMS), rng.integers(0, len(PLATFORMS), begun)
        )
        at = moments(progress, self._plan)[sessions] + offsets
        order = np.argsort(at, kind="stable")
        sessions, at = sessions[order], at[order]
        users = visitors[sessions]
        items = self._items(rng, users, kinds[sessions])
        liked = self._liked(rng, users, items)
        types = _pick(self._steps[np.where(liked, 0, 1)], rng.random(count))
        ratings = np.where(liked, rng.integers(7, 11, count), rng.integers(1, 6, count)) / 2
        values = np.where(types == TYPES.index("rate"), ratings, np.nan)
        return Chunk(first, users, items, types, at, values, home[sessions].astype(np.int8), sessions)

    def _visitors(self, rng: np.random.Generator, progress: Floats) -> Ints:
        """A user for each session, among those who have joined."""
        joined = np.ceil((AT_START + (1 - AT_START) * progress) * self._plan.users).astype(np.int64)
        reach = self._activity[np.minimum(joined, self._plan.users) - 1]
        return np.asarray(np.searchsorted(self._activity, rng.random(len(progress)) * reach, side="right"))

    def _items(self, rng: np.random.Generator, users: Ints, kinds: Codes) -> Ints:
        tastes = _drawn(rng, self._taste_steps[users])
        low, high = self._bounds[kinds, tastes, 0], self._bounds[kinds, tastes, 1]
        start, end = self._popularity[low], self._popularity[high]
        found = np.searchsorted(self._popularity, start + rng.random(len(users)) * (end - start), side="right") - 1
        return np.asarray(np.clip(found, low, high - 1))

    def _liked(self, rng: np.random.Generator, users: Ints, items: Ints) -> NDArray[np.bool_]:
        world = self._world
        main = world.tastes_of_users[users, world.taste_of_items[items]]
        second = world.tastes_of_users[users, world.second_taste_of_items[items]]
        return np.asarray(rng.random(len(users)) < LEAST_LIKING + LIKING_SPAN * np.minimum(1.0, main + second / 4))


def moments(progress: Floats, plan: WorldPlan) -> Ints:
    """Epoch milliseconds at which a part `progress` in [0, 1) of all events has happened; keeps the order."""
    days = plan.days * progress ** (1 / GROWTH)
    whole = np.floor(days)
    busy = np.concatenate([[0.0], np.cumsum(HOURS) / HOURS.sum()])
    time_of_day = np.interp(days - whole, busy, np.arange(25) / 24)
    return np.asarray(int(plan.start.timestamp() * 1000) + ((whole + time_of_day) * 86_400_000).astype(np.int64))


def joining(plan: WorldPlan) -> Ints:
    """Epoch milliseconds at which each user joined, never after her first event: [U]."""
    rank = np.arange(plan.users) / plan.users
    return moments(np.clip((rank - AT_START) / (1 - AT_START), 0.0, None), plan)


def _sessions(rng: np.random.Generator, count: int) -> tuple[Ints, Ints]:
    """The session of each event, and milliseconds from its start."""
    lengths = rng.geometric(1 / EVENTS_PER_SESSION, count)
    sessions = np.repeat(np.arange(count), lengths)[:count]
    gaps = 2.0 + rng.exponential(GAP_SECONDS, count)
    elapsed = np.cumsum(gaps)
    begins = np.flatnonzero(np.diff(sessions, prepend=-1))
    return sessions, np.asarray(((elapsed - elapsed[begins][sessions]) * 1000).astype(np.int64))


def _groups(world: World) -> Ints:
    """First item and the one after the last of each kind and taste: [K, T, 2]; of the whole kind where it is empty."""
    tastes = len(world.tastes)
    bounds = np.empty((len(world.kinds), tastes, 2), dtype=np.int64)
    for kind in range(len(world.kinds)):
        low, high = np.searchsorted(world.kind_of_items, [kind, kind + 1])
        edges = low + np.searchsorted(world.taste_of_items[low:high], np.arange(tastes + 1))
        bounds[kind, :, 0], bounds[kind, :, 1] = edges[:-1], edges[1:]
        bounds[kind, edges[:-1] == edges[1:]] = low, high
    return bounds


def _steps(shares: MappingProxyType[str, float]) -> Floats:
    chances = np.array([shares.get(name, 0.0) for name in TYPES])
    return np.asarray(np.cumsum(chances / chances.sum()))


def _drawn(rng: np.random.Generator, steps: NDArray[np.floating]) -> Codes:
    return _pick(steps, rng.random(len(steps)))


def _pick(steps: NDArray[np.floating], draws: Floats) -> Codes:
    """The column of each row in whose step the draw falls."""
    columns = (draws[:, None] >= steps).sum(axis=1)
    return np.asarray(np.minimum(columns, steps.shape[1] - 1).astype(np.int8))
