"""All events as arrays: small enough to keep in memory, and enough to split them by and to derive preferences from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ALWAYS = int(np.iinfo(np.int64).min)
"""The time of creation of what has none: it has been there all along."""
NEVER = int(np.iinfo(np.int64).max)
"""The time of creation of what nothing but the events that judge knows of."""


@dataclass(frozen=True, slots=True)
class EventArrays:
    """n events; event k is one of `user_ids[users[k]]` on `item_ids[items[k]]`.

    `user_ids` and `item_ids` are sorted and hold all there are, also those without events. `users`, `items`: int64[n],
    rows of these; `at`: int64[n], milliseconds since 1970 in UTC; `weights`: float64[n], what each event adds to the
    preference of its pair, of either sign. `users_since`, `items_since`: int64 milliseconds, one per id, when it was
    created, ALWAYS or NEVER.
    """

    user_ids: list[str]
    item_ids: list[str]
    users: NDArray[np.int64]
    items: NDArray[np.int64]
    at: NDArray[np.int64]
    weights: NDArray[np.float64]
    users_since: NDArray[np.int64]
    items_since: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.at)

    @property
    def pairs(self) -> NDArray[np.int64]:
        """int64[n], one number per pair of user and item: user row * items + item row."""
        return self.users * len(self.item_ids) + self.items


@dataclass(frozen=True, slots=True)
class UserEvents:
    """One user's events as columns of equal length, times in milliseconds; `since` is when the user was created."""

    user_id: str
    since: int
    item_ids: Sequence[str]
    at: Sequence[int]
    weights: Sequence[float]


def event_arrays(histories: Iterable[UserEvents], items_since: Mapping[str, int]) -> EventArrays:
    """Gather the events of every user, each of whom comes once; those on items not in `items_since` are left out."""
    item_ids = sorted(items_since)
    row_of = {item: row for row, item in enumerate(item_ids)}
    parts = {one.user_id: (one.since, _columns(one, row_of)) for one in histories}
    user_ids = sorted(parts)
    since = [parts[user][0] for user in user_ids]
    columns = [parts[user][1] for user in user_ids]
    joined = np.concatenate(columns, axis=1) if columns else np.empty((3, 0))
    return EventArrays(
        user_ids=user_ids,
        item_ids=item_ids,
        users=np.repeat(np.arange(len(user_ids)), [part.shape[1] for part in columns]),
        items=joined[0].astype(np.int64),
        at=joined[1].astype(np.int64),
        weights=joined[2],
        users_since=np.asarray(since, dtype=np.int64),
        items_since=np.asarray([items_since[item] for item in item_ids], dtype=np.int64),
    )


def _columns(one: UserEvents, row_of: Mapping[str, int]) -> NDArray[np.float64]:
    """float64[3, n]: item rows, times and weights; a float holds every row and millisecond exactly."""
    rows = np.asarray([row_of.get(item, -1) for item in one.item_ids], dtype=np.float64)
    columns = np.stack([rows, np.asarray(one.at, dtype=np.float64), np.asarray(one.weights, dtype=np.float64)])
    return columns[:, rows >= 0]
