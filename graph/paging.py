"""Goes page by page through what a query gives, each from the last key of the one before, or through what there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from graph.client import Graph, Row

T = TypeVar("T")


def keyed_pages(graph: Graph, query: str, key: str, size: int, **parameters: object) -> Iterator[list[Row]]:
    """The rows of `query`, which are in the order of its column `key`, up to `size` at a time; no page is empty.

    The query takes `after`, the key to start behind (at first an empty text), `size`, and `parameters`. A page costs
    the same at the end as at the start.
    """
    after = ""
    while page := graph.read(query, after=after, size=size, **parameters):
        yield page
        if len(page) < size:
            return
        after = page[-1][key]


def portions(values: Sequence[T], size: int) -> Iterator[list[T]]:
    """The values in their order, `size` at a time."""
    for start in range(0, len(values), size):
        yield list(values[start : start + size])
