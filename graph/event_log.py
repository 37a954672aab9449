"""Events as they were recorded, newest first, page by page."""

from __future__ import annotations

from dataclasses import dataclass

from graph.client import Graph
from graph.records import Event
from graph.statistics import moment

LAST_MILLIS = 253_402_300_799_999
"""The last moment of the year 9999."""


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which events: of one user, one item, some types; from and before moments in milliseconds since 1970."""

    user_id: str | None = None
    item_id: str | None = None
    types: tuple[str, ...] = ()
    from_millis: int = 0
    until_millis: int = LAST_MILLIS


def event_log(graph: Graph, wanted: LogFilter, first: int, after: tuple[int, str] = (LAST_MILLIS, "")) -> list[Event]:
    """The next `first` of them behind `after`, the moment and the id of an event.

    With neither a user nor an item it reads the index of moments from `after` on, so that a page costs what it skips.
    """
    rows = graph.read(
        "stats/event_log",
        userId=wanted.user_id,
        itemId=wanted.item_id,
        types=list(wanted.types),
        fromMillis=wanted.from_millis,
        untilMillis=wanted.until_millis,
        afterMillis=after[0],
        afterId=after[1],
        first=first,
    )
    return [
        Event(
            row["eventId"],
            row["userId"],
            row["itemId"],
            row["type"],
            moment(row["atMillis"]),
            row["value"],
            row["platform"],
            row["metadata"],
        )
        for row in rows
    ]
