"""Items as columns by number, and filters as masks over them."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from graph.item_catalogue import CatalogueItem
from recommend.item_rows import ItemRows, Mask
from recommend.protocol import Filters, NumberRange

AVAILABLE = "available"
"""The property of an item that says, by false, that it cannot be had; an item without it can."""
NEVER = np.iinfo(np.int64).min
"""The time of creation of an item that has none."""


class CatalogueColumns:
    """The items of one epoch. Columns grow at their ends, and an item that changes keeps its number.

    Its owner's lock must be held, but for reading `items`.
    """

    def __init__(self) -> None:
        self.items: dict[str, CatalogueItem] = {}
        self.number_of: dict[str, int] = {}
        self.ids: list[str] = []
        """By number."""
        self._created = array("q")
        self._kinds: dict[str, set[int]] = {}
        self._tags: dict[str, set[int]] = {}
        self._properties: dict[str, dict[int, float]] = {}
        self._rows: WeakKeyDictionary[ItemRows, NDArray[np.int64]] = WeakKeyDictionary()

    def add(self, items: Iterable[CatalogueItem]) -> None:
        """Take in what is new or has changed."""
        before = len(self.ids)
        for item in items:
            number = self.number_of.setdefault(item.id, len(self.number_of))
            if number == len(self.ids):
                self.ids.append(item.id)
                self._created.append(NEVER)
            old = self.items.get(item.id)
            if old is not None:
                self._forget(number, old)
            self.items[item.id] = item
            self._created[number] = NEVER if item.created_at is None else item.created_at
            self._kinds.setdefault(item.kind, set()).add(number)
            for tag in item.tags:
                self._tags.setdefault(tag, set()).add(number)
            for name, value in item.numbers.items():
                self._properties.setdefault(name, {})[number] = value
        if len(self.ids) > before:
            self._rows = WeakKeyDictionary()

    def _forget(self, number: int, old: CatalogueItem) -> None:
        self._kinds[old.kind].discard(number)
        for tag in old.tags:
            self._tags[tag].discard(number)
        for name in old.numbers:
            del self._properties[name][number]

    def numbers_of(self, rows: ItemRows) -> NDArray[np.int64]:
        """int64[n]: the number of each row's item, a very large one where it is not here."""
        found = self._rows.get(rows)
        if found is None:
            missing = np.iinfo(np.int64).max
            found = np.fromiter((self.number_of.get(item, missing) for item in rows.ids), np.int64, len(rows))
            self._rows[rows] = found
        return found

    def mask(self, filters: Filters) -> Mask:
        """bool[n + 1] by number: what the filters let through; the last is for items that are not here."""
        mask = np.ones(len(self.ids) + 1, dtype=np.bool_)
        if filters.only_ids is not None:
            mask[:] = False
            mask[[self.number_of[one] for one in filters.only_ids if one in self.number_of]] = True
        if filters.kinds:
            mask &= self._any(self._kinds, filters.kinds, len(mask))
        if filters.tags:
            mask &= self._any(self._tags, filters.tags, len(mask))
        for tag in filters.all_tags:
            mask &= self._any(self._tags, (tag,), len(mask))
        if filters.no_kinds:
            mask &= ~self._any(self._kinds, filters.no_kinds, len(mask))
        if filters.no_tags:
            mask &= ~self._any(self._tags, filters.no_tags, len(mask))
        if filters.created_after is not None:
            mask[:-1] &= np.array(self._created, dtype=np.int64) > filters.created_after
        for wanted in filters.numbers:
            mask &= self._within(wanted, len(mask))
        if filters.available:
            gone = [number for number, value in self._properties.get(AVAILABLE, {}).items() if not value]
            mask[gone] = False
        mask[-1] = False
        return mask

    def _any(self, places: Mapping[str, set[int]], names: Sequence[str], length: int) -> Mask:
        mask = np.zeros(length, dtype=np.bool_)
        for name in names:
            mask[list(places.get(name, ()))] = True
        return mask

    def _within(self, wanted: NumberRange, length: int) -> Mask:
        values = self._properties.get(wanted.name, {})
        mask = np.zeros(length, dtype=np.bool_)
        if values:
            numbers = np.fromiter(values, np.int64, len(values))
            found = np.fromiter(values.values(), np.float64, len(values))
            mask[numbers[(found >= wanted.at_least) & (found <= wanted.at_most)]] = True
        return mask
