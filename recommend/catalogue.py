"""A read-only copy of the items in memory: what is shown of them, and filters as masks over them.

It follows a count of changes that every writer of items advances, and that comes with each request's state; so an item
that was written through any replica is seen, and filtered by, in the next request.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from graph.client import Graph
from graph.item_catalogue import CatalogueItem, CatalogueVersion, all_items, changed_items
from graph.records import PathNode, Scored
from recommend.catalogue_columns import CatalogueColumns
from recommend.item_rows import Allowed, ItemRows, Mask
from recommend.protocol import Filters
from recommend.single_flight import SingleFlight

MASKS = 256
"""Filters whose masks are kept, while nothing changes."""


class Catalogue:
    """All items by number: in the order in which this process met them. Safe to share between threads."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._lock = threading.Lock()
        self._loading: SingleFlight[None] = SingleFlight()
        self._version: CatalogueVersion | None = None
        self._contents = CatalogueColumns()
        self._masks: OrderedDict[Filters, Mask] = OrderedDict()

    def at(self, version: CatalogueVersion) -> Catalogue:
        """Itself, once it has everything that had changed at `version`. Raises StillLoading."""
        if not self._has(version):
            self._loading.do(version, partial(self._advance, version))
        return self

    def _has(self, version: CatalogueVersion) -> bool:
        held = self._version
        return held is not None and held.epoch == version.epoch and held.number >= version.number

    def _advance(self, version: CatalogueVersion) -> None:
        held = self._version
        if held is None or held.epoch != version.epoch:
            contents = CatalogueColumns()
            contents.add(all_items(self._graph))
            with self._lock:
                self._contents, self._version = contents, version
                self._masks.clear()
            return
        changed = changed_items(self._graph, held.number)
        with self._lock:
            # Another may have been faster; what it added last, what changed since `held` covers too.
            if self._version is not None and self._version.epoch == held.epoch and not self._has(version):
                self._contents.add(changed)
                self._version = version
                self._masks.clear()

    def get(self, item_id: str) -> CatalogueItem | None:
        """The item, None if this copy has none of the id."""
        return self._contents.items.get(item_id)

    def node(self, item_id: str) -> PathNode:
        """The item as a node of an explanation, by its id where it has no title."""
        item = self.get(item_id)
        return PathNode("Item", item_id, (item.title if item else None) or item_id)

    def allowed(self, filters: Filters) -> Allowed:
        """Which rows the filters let through, excluded ids aside."""
        key = filters.without_ids()
        if key == Filters():
            return _everything
        mask, contents = self._mask(key)
        return lambda rows: mask[np.minimum(self._numbers(contents, rows), len(mask) - 1)]

    def allowed_ids(self, filters: Filters, most: int) -> list[str] | None:
        """Ids of all items that the filters let through, excluded ids aside, sorted; None if there are over `most`."""
        mask, contents = self._mask(filters.without_ids())
        found = np.flatnonzero(mask)
        if len(found) > most:
            return None
        return sorted(contents.ids[number] for number in found.tolist())

    def kept(self, filters: Filters, scored: Sequence[Scored]) -> list[Scored]:
        """Those of `scored` that the filters let through, excluded ids aside."""
        mask, contents = self._mask(filters.without_ids())
        last = len(mask) - 1
        with self._lock:
            return [one for one in scored if mask[min(contents.number_of.get(one.item_id, last), last)]]

    def _mask(self, key: Filters) -> tuple[Mask, CatalogueColumns]:
        with self._lock:
            mask = self._masks.pop(key, None)
            if mask is None:
                mask = self._contents.mask(key)
            self._masks[key] = mask  # at the end, as the one used last
            while len(self._masks) > MASKS:
                self._masks.popitem(last=False)
            return mask, self._contents

    def _numbers(self, contents: CatalogueColumns, rows: ItemRows) -> NDArray[np.int64]:
        with self._lock:
            return contents.numbers_of(rows)


def _everything(_rows: ItemRows) -> None:
    return None
