"""The structure of the synthetic world: who likes what, what there is, and how popular it is. NumPy, by seed."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Codes = NDArray[np.int8]

MAIN_SHARE = 0.75
"""Least part of a user's choices that her main taste takes; the rest is spread over all tastes."""
ZIPF = 0.9
"""Exponent of the popularity of items by rank."""
ACTIVITY_SPREAD = 1.0
"""Standard deviation of the logarithm of how active a user is."""
MOST_ITEMS = 10_000_000
"""Per kind."""
MOST_TASTES = 8
USERS_PER_TASTE = 5
AT_START = 0.25
"""Part of the users who are there at the start; the others join evenly over the events."""


class WorldPlan(BaseModel):
    """What the world should be; the same plan always gives the same world and the same events."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    users: int = Field(20, ge=1, le=50_000_000, description="How many users.")
    items: dict[str, int] = Field({"movie": 100}, min_length=1, max_length=50, description="How many items per kind.")
    events: int = Field(2000, ge=0, le=1_000_000_000, description="How many events.")
    seed: int = Field(0, ge=0, le=2**32 - 1, description="Seed of all that is drawn.")
    tastes: int | None = Field(None, ge=2, le=MOST_TASTES, description="How many; unless given, one per 5 users.")
    start: AwareDatetime = Field(datetime(2024, 1, 1, tzinfo=UTC), description="Before the first event.")
    days: int = Field(365, ge=1, le=3650, description="Over which the events lie.")

    @field_validator("items")
    @classmethod
    def _kinds(cls, items: dict[str, int]) -> dict[str, int]:
        for kind, count in items.items():
            if not kind or not 1 <= count <= MOST_ITEMS:
                raise ValueError(f"{kind}={count}: a kind needs a name and 1 to {MOST_ITEMS:,} items")
        return items

    def taste_count(self) -> int:
        """How many tastes the world has."""
        return self.tastes or min(MOST_TASTES, max(2, self.users // USERS_PER_TASTE))


@dataclass(frozen=True, slots=True)
class World:
    """Users and items with their tastes. U users, I items, T tastes, K kinds; indices are rows of these arrays.

    Items stand by kind and, inside, by taste. Users stand in the order in which they join.
    """

    tastes: tuple[str, ...]
    kinds: tuple[str, ...]
    taste_of_users: Codes
    """[U], the main taste of each user."""
    tastes_of_users: NDArray[np.float32]
    """[U, T], rows sum to 1: how a user's choices divide over the tastes."""
    kinds_of_users: NDArray[np.float32]
    """[U, K], rows sum to 1: how they divide over the kinds."""
    activity_of_users: Floats
    """[U], how active a user is against another."""
    kind_of_items: Codes
    """[I]"""
    taste_of_items: Codes
    """[I], the main taste of each item."""
    second_taste_of_items: Codes
    """[I], the other one, always different."""
    popularity_of_items: Floats
    """[I], Zipf by a rank within the kind; sums to 1 in each kind."""
    number_of_items: Ints
    """[I], from 1 within the kind, in random order: what the id shows."""
    tags_of_items: Codes
    """[I, 2], which of the main taste's own tags the item has."""
    creator_of_items: Ints
    """[I], a creator keeps to one kind and taste."""


@cache
def words() -> dict[str, Any]:
    """The words of synthetic_words.toml."""
    return tomllib.loads((files("loaders") / "synthetic_words.toml").read_text(encoding="utf-8"))


def make_world(plan: WorldPlan) -> World:
    """Draw the world of `plan`."""
    rng = np.random.default_rng([plan.seed, 0])
    tastes = plan.taste_count()
    kinds = tuple(plan.items)
    main = rng.permutation(np.arange(plan.users) % tastes).astype(np.int8)
    mixes = _mixes(rng, main, tastes)
    liked_kinds = rng.dirichlet(np.ones(len(kinds)), plan.users).astype(np.float32)
    activity = rng.lognormal(0.0, ACTIVITY_SPREAD, plan.users)
    kind_of, taste_of, popularity, number = _stock(rng, list(plan.items.values()), tastes)
    other = ((taste_of + rng.integers(1, tastes, len(taste_of))) % tastes).astype(np.int8)
    return World(
        tastes=tuple(taste["name"] for taste in words()["tastes"][:tastes]),
        kinds=kinds,
        taste_of_users=main,
        tastes_of_users=mixes,
        kinds_of_users=liked_kinds,
        activity_of_users=activity,
        kind_of_items=kind_of,
        taste_of_items=taste_of,
        second_taste_of_items=other,
        popularity_of_items=popularity,
        number_of_items=number,
        tags_of_items=_own_tags(rng, len(taste_of)),
        creator_of_items=_creators(rng, kind_of.astype(np.int64) * tastes + taste_of),
    )


def _mixes(rng: np.random.Generator, main: Codes, tastes: int) -> NDArray[np.float32]:
    mixes = ((1 - MAIN_SHARE) * rng.dirichlet(np.full(tastes, 0.5), len(main))).astype(np.float32)
    mixes[np.arange(len(main)), main] += np.float32(MAIN_SHARE)
    return mixes


def _stock(rng: np.random.Generator, counts: list[int], tastes: int) -> tuple[Codes, Codes, Floats, Ints]:
    """Kind, taste, popularity and number of every item, by kind and then by taste."""
    kinds = np.repeat(np.arange(len(counts)), counts).astype(np.int8)
    taste_of = np.concatenate([np.sort(np.arange(count) % tastes) for count in counts]).astype(np.int8)
    ranks = np.concatenate([rng.permutation(count) for count in counts])
    numbers = np.concatenate([rng.permutation(count) + 1 for count in counts])
    weights = (ranks + 1.0) ** -ZIPF
    totals = np.bincount(kinds, weights)
    return kinds, taste_of, weights / totals[kinds], numbers


def _own_tags(rng: np.random.Generator, items: int) -> Codes:
    choices = min(len(taste["tags"]) for taste in words()["tastes"])
    first = rng.integers(0, choices, items)
    step = rng.integers(1, choices, items)
    return np.stack([first, (first + step) % choices], axis=1).astype(np.int8)


def _creators(rng: np.random.Generator, groups: Ints) -> Ints:
    """A creator's number for every item: about √n creators for the n items of a group, some busier than others."""
    _, group, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    creators = np.maximum(1, np.sqrt(sizes).round().astype(np.int64))
    first = np.concatenate([[0], np.cumsum(creators)[:-1]])
    return np.asarray(first[group] + np.floor(creators[group] * rng.random(len(groups)) ** 2).astype(np.int64))
