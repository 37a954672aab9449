"""Loads the benchmark form of NGCF and LightGCN: a line is a user and the items that she chose, `user item item …`.

- preference: each pair is one event of one type, `view` unless another is named; it counts as that type does in
  PreferenceSettings. A negative type gives a negative PREFERS: never a positive edge in training, never recommended.
- time: the form has none; every event takes the moment `at`, the start of the load, and all are counted as undated.
- event id: `<name>:<user>:<item>`. It does not depend on the moment, so loading again changes nothing; a pair that
  stands twice, in one file or in two (train.txt and test.txt), is one event.
- ids: the whole numbers of the file, as text. A user without items is a user without events.
- items: of one kind (`item` unless another is named), without title.

Files may be packed with gzip. An item that is no whole number is rejected by itself, a line whose user is none as a
whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

from graph.errors import SourceError
from graph.records import Event, Item, User
from loaders.fields import LONGEST_ID, BadRow, checked_type
from loaders.files import listed, refuse_binary, text_lines
from loaders.source import Rejected

EXPECTED = "lines of whole numbers, `user item item …`"
FOLDER_FILES = ("train.txt", "train.txt.gz", "test.txt", "test.txt.gz")
LINES_TRIED = 100

Line = tuple[str, int, str, list[str]]
"""File, line, user, the rest of the line."""


class Pairs:
    """A Source of files in the benchmark form. `undated` counts the events, none of which has a time."""

    def __init__(
        self, paths: Sequence[Path], at: datetime, *, name: str = "pairs", kind: str = "item", event_type: str = "view"
    ) -> None:
        """`paths` are files, or folders with train.txt and test.txt. Raises SourceError for another form."""
        self.name = name
        self.undated = 0
        self._at = at
        self._kind = kind
        try:
            self._type = checked_type(event_type)
        except BadRow as problem:
            raise SourceError(f"{event_type!r} cannot be the type of events: {problem}.") from None
        self._paths = pair_files(paths)
        for path in self._paths:
            _refuse_other_forms(path)

    def users(self) -> Iterator[User]:
        """The user of each line that has one."""
        seen: set[str] = set()
        for line in self._lines():
            if not isinstance(line, Rejected) and line[2] not in seen:
                seen.add(line[2])
                yield User(line[2])

    def items(self) -> Iterator[Item]:
        """Every item of a line, in the order of the files."""
        seen: set[str] = set()
        for line in self._lines():
            if isinstance(line, Rejected):
                continue
            for item in line[3]:
                if item not in seen and is_number(item):
                    seen.add(item)
                    yield Item(item, kind=self._kind)

    def events(self) -> Iterator[Event | Rejected]:
        """Every pair."""
        self.undated = 0
        name, kind, at = self.name, self._type, self._at
        for line in self._lines():
            if isinstance(line, Rejected):
                yield line
                continue
            file, number, user, items = line
            for item in items:
                if is_number(item):
                    self.undated += 1
                    yield Event(f"{name}:{user}:{item}", user, item, kind, at)
                else:
                    yield Rejected(file, number, "an item is no whole number", f"{user} {item}")

    def notes(self) -> list[str]:
        """What the last reading of the events should tell a person."""
        return [f"{self.undated:,} events had no time and took {self._at:%Y-%m-%d %H:%M:%S} UTC."]

    def _lines(self) -> Iterator[Line | Rejected]:
        for path in self._paths:
            for number, line in enumerate(text_lines(path), 1):
                user, *items = line.split() or [""]
                if is_number(user):
                    yield path.name, number, user, items
                elif user:
                    yield Rejected(
                        path.name, number, "the line does not start with a whole number", line.rstrip("\r\n")
                    )


def is_number(text: str) -> bool:
    """Whether `text` is a whole number of the form, such as 0 or 40980."""
    return text.isdecimal() and text.isascii() and len(text) <= LONGEST_ID


def pair_files(paths: Sequence[Path]) -> list[Path]:
    """The files at `paths`, those of a folder by their names. Raises SourceError where a folder has none."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = [path / name for name in FOLDER_FILES if (path / name).is_file()]
        if not inside:
            names = listed([file.name for file in path.iterdir()])
            raise SourceError(f"{path.name} has none of {', '.join(FOLDER_FILES)}; it has {names}.")
        found.extend(inside)
    return found


def _refuse_other_forms(path: Path) -> None:
    refuse_binary(path, EXPECTED)
    start = [words for line in islice(text_lines(path), LINES_TRIED) if (words := line.split())]
    if not any(len(words) > 1 and all(map(is_number, words)) for words in start):
        raise SourceError(f"{path.name} is of another form. Expected: {EXPECTED}.")
