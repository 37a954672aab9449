"""From what is asked of a strategy to what is asked of the graph."""

from __future__ import annotations

from collections.abc import Sequence

from graph.candidates import Wanted
from recommend.protocol import Ask


def wanted(asks: Sequence[Ask]) -> list[Wanted]:
    """The same requests in the graph's words, in order."""
    return [
        Wanted(
            ask.user_id,
            ask.first,
            ask.filters.kinds,
            ask.filters.tags,
            ask.filters.exclude_ids,
            ask.filters.only_ids,
        )
        for ask in asks
    ]
