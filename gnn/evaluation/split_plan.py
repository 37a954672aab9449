"""How a history is to be split, and the folds that come of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from gnn.evaluation.folds import Fold, Pairs, make_fold, pair_numbers, preferences
from gnn.splits import leave_last, of_known_users, random_share
from graph.errors import InputError
from graph.event_arrays import EventArrays
from graph.event_batch import milliseconds
from graph.statistics import moment
from graph.training_data import PreferenceArrays

Times = NDArray[np.int64]
Kind = Literal["temporal", "leave-last", "random", "given"]
SMALL = 200_000
"""Histories of fewer events than this get rolling cuts, unless they are told otherwise."""
ROLLING = 5
SHARE = 0.2
ROLLING_SHARE = 0.5
NO_TIME_BEFORE = "No event happened before those that would be held out"


@dataclass(frozen=True, slots=True)
class SplitPlan:
    """What of a history is held out to judge by.

    - temporal: what happens from the moment `cut` on, by default the last `share` of the events; with `rolling` cuts
      that part is cut into so many windows of equally many events, each judged by what was known at its beginning.
    - leave-last: each user's `last` newest positive preferences.
    - random: a `share` of each user's positive preferences, drawn from `seed`.
    - given: the positive preferences of `test`, pairs of ids, that no other event speaks of.

    None stands for the default: `rolling` is 5 for a history of fewer than 200,000 events and no `cut`, else 1;
    `share` is 0.5 where cuts roll, else 0.2.
    `validation`: judge by what the same plan holds out from what it leaves for training, and never look at the rest:
    for choosing settings. `known_users`: judge by those alone who have a preference to go by; others get popularity
    from every strategy, and where they are many, they hide how the strategies differ.
    """

    kind: Kind = "temporal"
    cut: datetime | None = None
    share: float | None = None
    rolling: int | None = None
    last: int = 1
    seed: int = 2026
    test: frozenset[tuple[str, str]] = frozenset()
    validation: bool = False
    known_users: bool = False

    def folds(self, history: EventArrays) -> list[Fold]:
        """The folds of `history`, in the order of their cuts, over the same user and item rows.

        Raises InputError for a cut outside the events, or where nothing is left to train on or to judge by.
        """
        if not len(history):
            raise InputError("There are no events to split; load some first: edgewise load --help")
        found = self._temporal(history) if self.kind == "temporal" else [self._by_pairs(history)]
        found = [replace(fold, split=of_known_users(fold.split)) for fold in found] if self.known_users else found
        usable = [fold for fold in found if len(fold.split.train) and len(fold.split.test)]
        if not usable:
            train, test = len(found[0].split.train), len(found[0].split.test)
            raise InputError(
                f"The {self.kind} split leaves {train:,} positive preferences to train on and {test:,} to judge by "
                f"({found[0].name}); choose another one, or load more: edgewise load --help"
            )
        return usable

    def _temporal(self, history: EventArrays) -> list[Fold]:
        rolling = self.rolling or (ROLLING if self.cut is None and len(history) < SMALL else 1)
        share = self.share or (SHARE if rolling == 1 else ROLLING_SHARE)
        world = np.ones(len(history), dtype=np.bool_)
        first = _moment_of_share(history.at, share) if self.cut is None else _inside(history.at, self.cut)
        if self.validation:
            world = history.at < first
            first = _moment_of_share(history.at[world], share)
        cuts = _cuts(history.at[world], first, rolling)
        worlds = [*(world & (history.at < end) for end in cuts[1:]), world]
        return [
            make_fold(f"before {moment(cut):%Y-%m-%d %H:%M:%S} UTC", history, visible, cut=cut)
            for cut, visible in zip(cuts, worlds, strict=True)
        ]

    def _by_pairs(self, history: EventArrays) -> Fold:
        world = np.ones(len(history), dtype=np.bool_)
        everything = preferences(history, world)
        held = self._held(self.kind, everything, self.share or SHARE)
        if not self.validation:
            return make_fold(self.kind, history, world, held=held)
        world = ~np.isin(history.pairs, held)
        # Where nobody knows by which rule the test pairs were drawn, as large a part is drawn at random.
        drawn = self.kind == "given"
        share = self.share or (len(held) / max(len(everything), 1) if drawn else SHARE)
        chosen = self._held("random" if drawn else self.kind, preferences(history, world), share)
        return make_fold(f"{self.kind}, validation", history, world, held=np.union1d(held, chosen))

    def _held(self, kind: Kind, data: PreferenceArrays, share: float) -> Pairs:
        if kind == "given":
            return _numbers_of(self.test, data)
        if kind == "leave-last":
            return pair_numbers(leave_last(data, self.last).test)
        return pair_numbers(random_share(data, share, self.seed).test)


def _moment_of_share(at: Times, share: float) -> int:
    """The moment from which on the last `share` of the events happened."""
    if not len(at):
        raise InputError(f"{NO_TIME_BEFORE}.")
    first = int(np.sort(at)[min(int((1 - share) * len(at)), len(at) - 1)])
    if first == at.min():
        raise InputError(f"{NO_TIME_BEFORE}: too many of them have one and the same time. Try another --split.")
    return first


def _inside(at: Times, cut: datetime) -> int:
    millis = milliseconds(cut)
    if at.min() < millis <= at.max():
        return millis
    begin, end = (moment(int(time)) for time in (at.min(), at.max()))
    raise InputError(
        f"The cut {cut:%Y-%m-%d %H:%M:%S} is outside the events, which happened from {begin:%Y-%m-%d %H:%M:%S} "
        f"to {end:%Y-%m-%d %H:%M:%S} UTC."
    )


def _cuts(at: Times, first: int, rolling: int) -> list[int]:
    """`first` and the moments after it that part what follows into `rolling` windows of about equally many events."""
    times = np.sort(at[at >= first])
    return np.unique(times[(np.arange(rolling) * len(times)) // rolling]).tolist() if rolling > 1 else [first]


def _numbers_of(pairs: frozenset[tuple[str, str]], data: PreferenceArrays) -> Pairs:
    users = {user: row for row, user in enumerate(data.user_ids)}
    items = {item: row for row, item in enumerate(data.item_ids)}
    numbers = [users[user] * len(items) + items[item] for user, item in pairs]
    return np.sort(np.asarray(numbers, dtype=np.int64))
