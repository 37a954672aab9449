"""What users did and what follows from it, many users in one round trip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from graph.client import Graph
from graph.records import Event
from graph.statistics import moment

BUDGET = 10_000
"""Relationships read per user: nobody's history is longer, but a robot's may be."""


@dataclass(frozen=True, slots=True)
class Preference:
    """A user's preference for an item: the sum of its events' weights, negative for a dislike."""

    user_id: str
    item_id: str
    weight: float
    events: int
    last_at: datetime


def newest_events(graph: Graph, user_ids: Sequence[str], first: int) -> dict[str, list[Event]]:
    """Up to `first` events per user, newest first; a user without any is not in the result."""
    histories: dict[str, list[Event]] = {}
    for row in graph.read("stats/user_history", userIds=list(dict.fromkeys(user_ids)), first=first, budget=BUDGET):
        event = Event(
            event_id=row["eventId"],
            user_id=row["userId"],
            item_id=row["itemId"],
            type=row["type"],
            at=moment(row["atMillis"]),
            value=row["value"],
            platform=row["platform"],
            metadata=row["metadata"],
        )
        histories.setdefault(event.user_id, []).append(event)
    return histories


def strongest_preferences(graph: Graph, user_ids: Sequence[str], first: int) -> dict[str, list[Preference]]:
    """Up to `first` preferences per user, strongest first; a user without any is not in the result."""
    wanted = list(dict.fromkeys(user_ids))
    preferences: dict[str, list[Preference]] = {}
    for row in graph.read("stats/user_preferences", userIds=wanted, first=first, budget=BUDGET):
        preference = Preference(row["userId"], row["itemId"], row["weight"], row["events"], moment(row["lastMillis"]))
        preferences.setdefault(preference.user_id, []).append(preference)
    return preferences
