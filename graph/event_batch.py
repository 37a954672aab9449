"""A batch of events in the form in which it travels to Neo4j: grouped by user, each item named once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graph.records import Event


@dataclass(frozen=True, slots=True)
class EventBatch:
    """Columns of a batch.

    `groups` has one entry per user, `[user id, events]`; an event is
    `[place in item_ids, event id, type, epoch milliseconds, value, platform, metadata]`.
    """

    item_ids: list[str]
    groups: list[list[Any]]
    size: int

    @classmethod
    def of(cls, events: Iterable[Event]) -> EventBatch:
        """Group `events`, each of which counts. Users keep the order in which they come first, items too."""
        places: dict[str, int] = {}
        groups: dict[str, list[list[Any]]] = {}
        size = 0
        for event in events:
            place = places.setdefault(event.item_id, len(places))
            row = [
                place,
                event.event_id,
                event.type,
                milliseconds(event.at),
                event.value,
                event.platform,
                event.metadata,
            ]
            groups.setdefault(event.user_id, []).append(row)
            size += 1
        return cls(list(places), [[user_id, rows] for user_id, rows in groups.items()], size)

    def moments(self) -> Iterator[int]:
        """When each event was, in milliseconds since 1970."""
        return (row[3] for _, rows in self.groups for row in rows)


def milliseconds(at: datetime) -> int:
    """Milliseconds since 1970 of an aware time, rounded."""
    return round(at.timestamp() * 1000)
