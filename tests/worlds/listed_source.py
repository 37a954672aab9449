"""A source of things that are listed, for loads whose outcome a test can count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from graph.records import Event, Item, User
from loaders.source import Rejected

START = datetime(2024, 1, 1, tzinfo=UTC)
TYPES = ("view", "like", "dislike", "bookmark")


@dataclass(frozen=True)
class ListedSource:
    """Yields what it was given."""

    name: str
    user_rows: Sequence[User | Rejected]
    item_rows: Sequence[Item | Rejected]
    event_rows: Sequence[Event | Rejected]

    def users(self) -> Iterator[User | Rejected]:
        return iter(self.user_rows)

    def items(self) -> Iterator[Item | Rejected]:
        return iter(self.item_rows)

    def events(self) -> Iterator[Event | Rejected]:
        return iter(self.event_rows)


def crossing_source(events: int, users: int = 40, items: int = 30) -> ListedSource:
    """Events of four types that spread over all users and items, each pair met more than once."""
    return ListedSource(
        "crossing",
        [User(f"u{k}") for k in range(users)],
        [Item(f"i{k}", "movie") for k in range(items)],
        [
            Event(
                f"e{k}",
                f"u{k * 7 % users}",
                f"i{k * k % items}",
                TYPES[k % len(TYPES)],
                START + timedelta(minutes=k * 13 % 997),
            )
            for k in range(events)
        ],
    )
