"""What a source of users, items and events promises to the load engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from graph.records import Event, Item, User


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be loaded. `line` counts from 1 as an editor does; `text` is the row as it stands there."""

    file: str
    line: int
    reason: str
    text: str


class Source(Protocol):
    """Users, items and events in the order of their files, with the bad rows among them.

    Each call reads anew and yields the same things in the same order: event ids too, for they are what makes
    loading twice change nothing. A bad row is yielded as Rejected, by one of the three methods only.
    Every event that is yielded names a user that `users` and an item that `items` yields; one that does not
    is yielded as Rejected in its place. An id may be yielded more than once: the last of its users or items
    counts, the first of its events. Raises SourceError for files of another form, before anything is yielded.
    """

    @property
    def name(self) -> str:
        """What it is called in reports and marks of progress, such as `movielens`."""

    def users(self) -> Iterator[User | Rejected]:
        """Every user that an event names, and others that the source knows."""

    def items(self) -> Iterator[Item | Rejected]:
        """Every item that an event names, and others that the source knows."""

    def events(self) -> Iterator[Event | Rejected]:
        """Every event, in the order of the file."""
