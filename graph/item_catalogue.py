"""What is shown of items and filtered by: read as a whole, then what has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from graph.catalog import ITEM_INTERNAL
from graph.client import Graph, Row
from graph.paging import keyed_pages

PAGE = 5_000


class CatalogueVersion(NamedTuple):
    """Where the count of changes stands: comparable within one `epoch`, which begins when a graph is filled anew."""

    epoch: str | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """An item without its texts but the title. `tags` by weight, strongest first; `numbers`: its numeric properties.

    `created_at`: milliseconds since 1970; a property that is true or false counts 1 or 0.
    """

    id: str
    kind: str
    title: str | None
    created_at: int | None
    creator: str | None
    tags: Mapping[str, float]
    numbers: Mapping[str, float]


def all_items(graph: Graph) -> Iterator[CatalogueItem]:
    """Every item, by id, read in pages."""
    pages = keyed_pages(graph, "recommend/catalogue_page", "id", PAGE, internal=ITEM_INTERNAL)
    return _items(chain.from_iterable(pages))


def changed_items(graph: Graph, after: int) -> list[CatalogueItem]:
    """The items that came or changed after the count stood at `after`."""
    return list(_items(graph.read("recommend/catalogue_changes", internal=ITEM_INTERNAL, after=after)))


def _items(rows: Iterable[Row]) -> Iterator[CatalogueItem]:
    for row in rows:
        yield CatalogueItem(
            row["id"],
            row["kind"] or "item",
            row["title"],
            row["createdMillis"],
            row["creator"],
            dict(row["tags"]),
            {name: float(value) for name, value in row["numbers"]},
        )
