"""Loads event files (CSV, JSON Lines, Parquet; packed or not) whose columns a mapping explains.

What each field becomes (see `loaders.mapping` for the fields):

- preference: an event counts as its type does in PreferenceSettings (`rate` by its value). A negative type, such as
  dislike, skip or return, gives a negative PREFERS: never a positive edge in training, never recommended again.
- time: ISO 8601, epoch seconds or milliseconds; without a zone it is UTC. Where the file has no column of times, or a
  row has none in it, the event takes the moment `at` (the start of the load); `undated` counts those. Event ids do not
  depend on it, so loading again changes nothing.
- event id: the file's own, if `columns.event_id` names one column; of several it is their values joined. Where the
  file has none it is a hash (BLAKE2b, 96 bits) of the mapped fields of the event. Rows alike in all of them are
  numbered within their file (`repeats = "number"`), so that nothing real is lost and two files that overlap share
  their events; or they are one event (`repeats = "merge"`). Numbering holds about 100 MB per million rows.
- users and items: those of the rows that can be loaded. The first title that a file gives an item stays.
- dropped: every column that the mapping does not name; browsers, places and other personal columns are never read.

A row without a user or item, with a time, type or number that cannot be read, or that a rule rejects, is rejected with
its reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from graph.errors import SourceError
from graph.records import Event, Item, User
from loaders.event_rows import EventRows, Facts, Fields
from loaders.fields import BadRow
from loaders.files import listed
from loaders.mapping import EventMapping
from loaders.source import Rejected
from loaders.tables import Table, open_table, text_of

HASH_BYTES = 12


class EventFiles:
    """A Source of event files that share a mapping. `undated` counts the events that took `at` as their time."""

    def __init__(self, paths: Sequence[Path], mapping: EventMapping, at: datetime) -> None:
        """`paths` are files, or folders whose files the mapping names.

        Raises SourceError for a missing, empty or wrong file, and says what was expected.
        """
        self.name = mapping.name
        self.undated = 0
        self._mapping = mapping
        self._at = at
        self._rows = EventRows(mapping)
        self._tables = [(path.name, self._open(path)) for path in found_files(paths, mapping)]
        self._items: dict[str, Item] | None = None

    def users(self) -> Iterator[User]:
        """Users of the rows that can be loaded, in the order of the files."""
        seen: set[str] = set()
        items: dict[str, Item] = {}
        for _, row in self._read():
            if isinstance(row, Rejected):
                continue
            facts, fields = row
            if facts.user_id not in seen:
                seen.add(facts.user_id)
                yield User(facts.user_id)
            known = items.get(facts.item_id)
            if known is None or (known.title is None and self._mapping.columns.title):
                items[facts.item_id] = self._rows.item(facts.item_id, fields)
        self._items = items

    def items(self) -> Iterator[Item]:
        """Items of the rows that can be loaded, in the order of the files."""
        if self._items is None:
            for _ in self.users():
                pass
        yield from (self._items or {}).values()

    def events(self) -> Iterator[Event | Rejected]:
        """Every row as its event, or rejected."""
        self.undated = 0
        numbers = Numbers()
        current = ""
        for file, row in self._read():
            if file != current:
                numbers, current = Numbers(), file
            yield row if isinstance(row, Rejected) else self._event(row[0], numbers)

    def notes(self) -> list[str]:
        """What the last reading of the events should tell a person."""
        if not self.undated:
            return []
        return [f"{self.undated:,} events had no time and took {self._at:%Y-%m-%d %H:%M:%S} UTC."]

    def _open(self, path: Path) -> Table:
        mapping = self._mapping
        return open_table(
            path,
            mapping.columns_read(),
            [mapping.columns.user, mapping.columns.item],
            form=mapping.form,
            delimiter=mapping.delimiter,
            encoding=mapping.encoding,
        )

    def _read(self) -> Iterator[tuple[str, tuple[Facts, Fields] | Rejected]]:
        """Every row with the name of its file: its facts and fields, or why it is rejected."""
        for name, table in self._tables:
            for row in table.rows():
                if isinstance(row, Rejected):
                    yield name, row
                    continue
                line, text, fields = row
                try:
                    facts = self._rows.facts(fields)
                except BadRow as problem:
                    yield name, Rejected(name, line, str(problem), text_of(text, fields))
                else:
                    yield name, (facts, fields)

    def _event(self, facts: Facts, numbers: Numbers) -> Event:
        at = facts.at
        if at is None:
            self.undated += 1
            at = self._at
        return Event(
            facts.event_id or self._made_id(facts, numbers),
            facts.user_id,
            facts.item_id,
            facts.type,
            at,
            facts.value,
            facts.platform,
            facts.metadata,
        )

    def _made_id(self, facts: Facts, numbers: Numbers) -> str:
        digest = hashlib.blake2b(facts.key().encode(), digest_size=HASH_BYTES).digest()
        number = numbers.next(digest) if self._mapping.repeats == "number" else 1
        return f"{self.name}:{digest.hex()}" + (f":{number}" if number > 1 else "")


class Numbers:
    """Counts how often each digest came; only those that came twice take more than their 8 bytes and a slot."""

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._counts: dict[int, int] = {}

    def next(self, digest: bytes) -> int:
        """1 for the first of its kind, then 2, 3, …"""
        key = int.from_bytes(digest[:8])
        if key not in self._seen:
            self._seen.add(key)
            return 1
        count = self._counts.get(key, 1) + 1
        self._counts[key] = count
        return count


def found_files(paths: Sequence[Path], mapping: EventMapping) -> list[Path]:
    """The files at `paths`, those of a folder by the mapping's patterns. Raises SourceError where there is none."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        if not mapping.files:
            raise SourceError(f"{path.name} is a folder; name its files, or give the mapping `files` patterns.")
        inside = sorted({file for pattern in mapping.files for file in path.glob(pattern)})
        if not inside:
            names = listed([file.name for file in path.iterdir()])
            raise SourceError(f"{path.name} has no file like {' or '.join(mapping.files)}; it has {names}.")
        found.extend(inside)
    return found
