"""What models learn from: positive preferences as arrays, the content of items, the profiles of users."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from graph.client import Graph, Row
from graph.ingest import RESERVED
from graph.models import MODELS, SLOTS, vector_property
from graph.paging import keyed_pages

USERS_PER_PAGE = 2_000
ITEMS_PER_PAGE = 20_000
PROFILES_PER_PAGE = 20_000


@dataclass(frozen=True, slots=True)
class PreferenceArrays:
    """n positive preferences; pair k says that `user_ids[users[k]]` likes `item_ids[items[k]]`.

    `users`, `items`: int64[n], rows of `user_ids` and `item_ids`, which are sorted and free of repeats;
    `weights`: float32[n], all > 0; `last_at`: int64[n], milliseconds since 1970 in UTC of the newest event behind it.
    """

    user_ids: list[str]
    item_ids: list[str]
    users: NDArray[np.int64]
    items: NDArray[np.int64]
    weights: NDArray[np.float32]
    last_at: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.users)

    def where(self, kept: NDArray[np.bool_]) -> PreferenceArrays:
        """The pairs where `kept` (bool[n]) holds, over the same user and item rows."""
        return replace(
            self,
            users=self.users[kept],
            items=self.items[kept],
            weights=self.weights[kept],
            last_at=self.last_at[kept],
        )

    @property
    def cut(self) -> datetime:
        """The newest preference; 1970 where there is none."""
        return datetime.fromtimestamp(int(self.last_at.max(initial=0)) / 1000, tz=UTC)


@dataclass(frozen=True, slots=True)
class ItemContent:
    """What is known of an item without anyone's taste: its kind, and its tags with weights in (0, 1]."""

    item_id: str
    kind: str | None
    tags: dict[str, float]

    @property
    def features(self) -> dict[tuple[str, str], float]:
        """The same as features with weights > 0: ("kind", …) and ("tag", …)."""
        kind = {("kind", self.kind): 1.0} if self.kind else {}
        return kind | {("tag", name): weight for name, weight in self.tags.items() if weight > 0}


@dataclass(frozen=True, slots=True)
class UserProfile:
    """What is known of a user without their taste: properties that a source gave, never what was derived."""

    user_id: str
    properties: dict[str, str | int | float | bool]


def reading_moment(graph: Graph) -> int:
    """To be asked before reading: what is stored after it, in milliseconds since 1970, may not have been read."""
    return int(graph.read("models/reading_moment")[0]["millis"])


def positive_preferences(graph: Graph) -> PreferenceArrays:
    """Every preference with a weight above 0, read in pages of users."""
    users: list[str] = []
    items: list[str] = []
    weights: list[float] = []
    last_at: list[int] = []
    for row in _pages(graph, "models/training_preferences", "userId", USERS_PER_PAGE):
        users.extend([row["userId"]] * len(row["itemIds"]))
        items.extend(row["itemIds"])
        weights.extend(row["weights"])
        last_at.extend(row["lastAtMillis"])
    return preference_arrays(users, items, weights, last_at)


def preference_arrays(users: list[str], items: list[str], weights: list[float], last_at: list[int]) -> PreferenceArrays:
    """Columns of equal length, one entry per pair, as arrays; see PreferenceArrays. Pairs must not repeat."""
    user_ids, user_rows = np.unique(np.asarray(users, dtype=np.str_), return_inverse=True)
    item_ids, item_rows = np.unique(np.asarray(items, dtype=np.str_), return_inverse=True)
    return PreferenceArrays(
        user_ids=user_ids.tolist(),
        item_ids=item_ids.tolist(),
        users=user_rows.astype(np.int64),
        items=item_rows.astype(np.int64),
        weights=np.asarray(weights, dtype=np.float32),
        last_at=np.asarray(last_at, dtype=np.int64),
    )


def compact(data: PreferenceArrays) -> PreferenceArrays:
    """The same pairs over those users and items alone that have one: what is read back from a graph that holds them."""
    users = np.asarray(data.user_ids, dtype=np.object_)[data.users].tolist()
    items = np.asarray(data.item_ids, dtype=np.object_)[data.items].tolist()
    return preference_arrays(users, items, data.weights.tolist(), data.last_at.tolist())


def item_contents(graph: Graph) -> list[ItemContent]:
    """Kind and tags of every item, ordered by id, read in pages."""
    return [item_content(row) for row in _pages(graph, "models/training_items", "itemId", ITEMS_PER_PAGE)]


def item_content(row: Row) -> ItemContent:
    """From the columns itemId, kind, tags, tagWeights."""
    return ItemContent(row["itemId"], row["kind"], dict(zip(row["tags"], row["tagWeights"], strict=True)))


def user_profiles(graph: Graph) -> list[UserProfile]:
    """Every user that has properties with one value each (text, number, yes or no), ordered by id, read in pages."""
    vectors = {vector_property(model, slot) for model in MODELS for slot in SLOTS}
    rows = _pages(graph, "models/training_users", "userId", PROFILES_PER_PAGE, without=sorted(RESERVED | vectors))
    return [
        UserProfile(row["userId"], dict(zip(row["names"], row["values"], strict=True))) for row in rows if row["names"]
    ]


def _pages(graph: Graph, query: str, key: str, size: int, **parameters: object) -> Iterator[Row]:
    return chain.from_iterable(keyed_pages(graph, query, key, size, **parameters))
