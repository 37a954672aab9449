"""What serving knows of a user at one moment, and the runs that serve then: all of it in one round trip."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np

from graph.client import Graph, Row
from graph.item_catalogue import CatalogueVersion
from graph.models import ActiveRun, not_trained
from graph.vectors import Vectors

SHOWN_WALK = 20
"""Answers to a user that are looked at, whatever their number; Neo4j gives the latest first."""


class RunKey(NamedTuple):
    """A run that is asked for: the active one of a model, or that of `run_id`."""

    model: str
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class ServingRun(ActiveRun):
    """A run with what folding in and blending need of it.

    `data_cut`: the newest preference that it learned from; `read_at`: when that was read, both in milliseconds;
    `weights`: of a blend, by strategy.
    """

    data_cut: int | None = None
    read_at: int | None = None
    weights: Mapping[str, float] | None = None


class Liking(NamedTuple):
    """A user's preference for an item: `weight` of either sign; times in milliseconds, 0 where unknown.

    `last_at`: of its newest event; `since`: when it was stored first; `decay`: in (0, 1], what age leaves of it.
    """

    item_id: str
    weight: float
    last_at: int = 0
    since: int = 0
    decay: float = 1.0

    @property
    def counts(self) -> float:
        """The weight that age leaves."""
        return self.weight * self.decay


def given(likings: Sequence[Liking] | None) -> list[list[object]] | None:
    """The likes in the form in which queries take them in place of stored ones; None: the stored ones count."""
    if likings is None:
        return None
    return [[like.item_id, like.counts, like.last_at, like.decay] for like in likings if like.weight > 0]


@dataclass(frozen=True, slots=True)
class UserState:
    """A user, known to the graph or not. `likings` holds all of their preferences, in no order.

    Of the runs `asked` for `runs` has those that can serve, and `vectors` the user's of each that knows them:
    float32[d]. `catalogue`: where the count of changes of items stood. `altered`: whether likings are to be taken that
    the graph does not have so, of which `withheld` are to count as if they had never been. `shown`: how
    often items were shown of late and not taken, by id. `risk`: of leaving, 0 to 1, where it is known.
    """

    user_id: str
    exists: bool
    likings: tuple[Liking, ...] = ()
    runs: Mapping[RunKey, ServingRun] = field(default_factory=dict)
    vectors: Mapping[RunKey, Vectors] = field(default_factory=dict)
    asked: frozenset[RunKey] = frozenset()
    catalogue: CatalogueVersion = field(default_factory=CatalogueVersion)
    altered: bool = False
    withheld: tuple[Liking, ...] = ()
    shown: Mapping[str, int] = field(default_factory=dict)
    risk: float | None = None
    seen: frozenset[str] = field(init=False)
    """Ids of the items with a preference of either sign."""
    liked: int = field(init=False)
    """How many items they like."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "seen", frozenset([one[0] for one in self.likings]))
        object.__setattr__(self, "liked", sum([one[1] > 0 for one in self.likings]))

    @property
    def likes_something(self) -> bool:
        """Whether any preference is positive."""
        return self.liked > 0

    def likes(self, most: int) -> list[Liking]:
        """What they like, strongest first, then newest, then by id; up to `most`."""
        liked = [one for one in self.likings if one.weight > 0]
        return sorted(liked, key=lambda one: (-one.counts, -one.last_at, one.item_id))[:most]

    def fresh(self, key: RunKey, most: int) -> list[Liking]:
        """Up to `most` likes that their vector of a run lacks, the newest first; all likes without a vector."""
        run, known = self.runs[key], key in self.vectors
        liked = [one for one in self.likings if one.weight > 0 and not (known and _learned(one, run))]
        return sorted(liked, key=lambda one: (-one.last_at, one.item_id))[:most]

    def learned(self, key: RunKey) -> list[Liking]:
        """The likes that their vector of a run was learned from, but for those withheld."""
        run = self.runs[key]
        return [one for one in self.likings if one.weight > 0 and _learned(one, run)]

    def unlearned(self, key: RunKey) -> list[Liking]:
        """The likes that their vector of a run was learned from, and that are withheld."""
        run = self.runs[key]
        return [one for one in self.withheld if one.weight > 0 and _learned(one, run)]

    def run(self, key: RunKey) -> ServingRun:
        """The run. Raises ModelNotTrained if none can serve."""
        if key not in self.runs:
            raise not_trained(key.model, key.run_id)
        return self.runs[key]


def _learned(one: Liking, run: ServingRun) -> bool:
    # What was stored in the very millisecond of the reading may have come too late for it.
    before_cut = run.data_cut is None or one.last_at <= run.data_cut
    return before_cut and (run.read_at is None or one.since < run.read_at)


def user_states(
    graph: Graph, user_ids: Sequence[str], keys: Sequence[RunKey], shown_days: float = 0.0
) -> dict[str, UserState]:
    """The state of each user by id, also of one that the graph does not know, with the runs of `keys`.

    What they were shown in the last `shown_days` days is read only where that is above 0.
    """
    wanted = list(dict.fromkeys(user_ids))
    rows = graph.read(
        "recommend/user_states",
        userIds=wanted,
        runs=[list(key) for key in keys],
        shownDays=shown_days,
        shownWalk=SHOWN_WALK,
    )
    runs = {keys[one[0]]: _serving_run(one) for one in rows[0]["serving"]} if rows else {}
    asked = frozenset(keys)
    return {row["userId"]: _state(row, runs, asked) for row in rows}


def _state(row: Row, runs: Mapping[RunKey, ServingRun], asked: frozenset[RunKey]) -> UserState:
    likings = tuple([Liking(item, weight, last or 0, since or 0) for item, weight, last, since in row["preferences"]])
    vectors = {
        key: np.asarray(vector, dtype=np.float32)
        for key, vector in zip(runs, row["vectors"], strict=True)
        if vector is not None
    }
    version = CatalogueVersion(row["epoch"], row["version"])
    shown = Counter(item for items, taken in row["shown"] for item in items if item not in (taken or ()))
    return UserState(
        row["userId"], row["exists"], likings, runs, vectors, asked, version, shown=shown, risk=row["risk"]
    )


def _serving_run(values: Sequence[Any]) -> ServingRun:
    _, model, run_id, slot, size, users, items, created, placed, data_cut, read_at, weights = values
    return ServingRun(
        id=run_id,
        model=model,
        slot=slot or "",
        embedding_size=size or 0,
        users=users,
        items=items,
        created_at=datetime.fromtimestamp(created / 1000, UTC),
        placed=placed,
        data_cut=data_cut,
        read_at=read_at,
        weights={name: float(weight) for name, weight in json.loads(weights).items()} if weights else None,
    )
