"""Folds of a history: what a model may know, and the pairs that judge it. Nothing leaks from the future.

They are made of events and not of preferences, since a preference that grew over time has a part on either side of a
cut: only the earlier part may be known, and the pair judges nobody, for it is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gnn.splits import Split
from graph.event_arrays import ALWAYS, NEVER, EventArrays
from graph.event_batch import milliseconds
from graph.facts import Facts
from graph.records import Event, Item, User
from graph.training_data import PreferenceArrays

Mask = NDArray[np.bool_]
Pairs = NDArray[np.int64]
"""Pairs of user and item, numbered as by EventArrays.pairs."""


@dataclass(frozen=True, slots=True)
class Fold:
    """One split of a history. For training are its events before `cut` that are not on one of the `held` pairs.

    `cut`: milliseconds, None for all of time; `kept`: bool[events], those for training; `users`, `items`: bool, one per
    id of the history, who and what is there by then; `split`: positive preferences for training, and the pairs that
    judge, over the rows of the history. `name` is for people.
    """

    name: str
    history: EventArrays
    cut: int | None
    held: Pairs
    kept: Mask
    users: Mask
    items: Mask
    split: Split

    @property
    def seen(self) -> Pairs:
        """The pairs with an event for training, of whatever sign, ascending: nobody is recommended these."""
        return np.unique(self.history.pairs[self.kept])


def make_fold(
    name: str, history: EventArrays, world: Mask, *, cut: int | None = None, held: Pairs | None = None
) -> Fold:
    """Split the events in `world` (bool[n]); all others are as if they had not happened.

    The pairs that judge are those on which the world comes to a positive preference and training has no event.
    """
    held = np.empty(0, dtype=np.int64) if held is None else held
    kept = world & ~np.isin(history.pairs, held)
    if cut is not None:
        kept &= history.at < cut
    liked = preferences(history, world)
    unseen = ~np.isin(pair_numbers(liked), history.pairs[kept])
    split = Split(preferences(history, kept), liked.where(unseen))
    users = _there(history.users_since, history.users[kept], cut)
    items = _there(history.items_since, history.items[kept], cut)
    return Fold(name, history, cut, held, kept, users, items, split)


def preferences(history: EventArrays, counted: Mask) -> PreferenceArrays:
    """The positive preferences that the `counted` events (bool[n]) come to, over all user and item rows, in order."""
    pairs, places = np.unique(history.pairs[counted], return_inverse=True)
    weights = np.bincount(places, history.weights[counted], minlength=len(pairs))
    last_at = np.full(len(pairs), np.iinfo(np.int64).min)
    np.maximum.at(last_at, places, history.at[counted])
    liked = weights > 0
    rows = np.divmod(pairs[liked], max(len(history.item_ids), 1))
    return PreferenceArrays(
        history.user_ids, history.item_ids, *rows, weights[liked].astype(np.float32), last_at[liked]
    )


def pair_numbers(data: PreferenceArrays) -> Pairs:
    """int64[n]: the pairs of `data`, which is over the rows of a history, as its events number them."""
    return data.users * len(data.item_ids) + data.items


def _there(since: NDArray[np.int64], rows: NDArray[np.int64], cut: int | None) -> Mask:
    """Created before the cut, or met in an event before it, whatever the time of creation says."""
    there = since < (NEVER if cut is None else cut)
    there[rows] = True
    return there


class TrainingFacts:
    """Those of `facts` that a fold is trained on; events from `since` (milliseconds) on alone, if it is given."""

    def __init__(self, facts: Facts, fold: Fold, since: int | None = None) -> None:
        self._facts = facts
        self._since = ALWAYS if since is None else since
        self._until = fold.cut
        history = fold.history
        self._users = {history.user_ids[row]: row for row in np.flatnonzero(fold.users).tolist()}
        self._items = {history.item_ids[row]: row for row in np.flatnonzero(fold.items).tolist()}
        self._width = len(history.item_ids)
        self._held = frozenset(fold.held.tolist())

    def users(self) -> Iterator[User]:
        """Who is there before the cut."""
        return (user for user in self._facts.users() if user.id in self._users)

    def items(self) -> Iterator[Item]:
        """What is there before the cut."""
        return (item for item in self._facts.items() if item.id in self._items)

    def events(self) -> Iterator[Event]:
        """What happened before the cut, but for the held pairs."""
        return (event for event in self._facts.events() if self._keeps(event))

    def _keeps(self, event: Event) -> bool:
        at = milliseconds(event.at)
        if at < self._since or (self._until is not None and at >= self._until):
            return False
        user, item = self._users.get(event.user_id), self._items.get(event.item_id)
        # Users and items that are not there have no events for training, unless they came while we read.
        return user is not None and item is not None and user * self._width + item not in self._held
