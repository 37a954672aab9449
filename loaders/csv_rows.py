"""Reads CSV row by row with the line and text of each, and recovers after a broken one."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from importlib.resources.abc import Traversable

from graph.errors import SourceError
from loaders.files import is_text, text_lines
from loaders.source import Rejected

CsvRow = tuple[int, str, list[str]]
"""Line on which the row starts, its text, its fields."""


class CsvFile:
    """A CSV file with a header.

    A row may hold line breaks in quotes. Where one turns out broken, only its first line is rejected and reading goes
    on with the next, so that a quote which is never closed costs one line and not the rest of the file.
    """

    def __init__(self, file: Traversable, delimiter: str = ",", encoding: str = "utf-8-sig") -> None:
        self._file = file
        self._delimiter = delimiter
        self._encoding = encoding

    def header(self) -> list[str]:
        """Names of the columns. Raises SourceError if the first line is none."""
        lines = text_lines(self._file, self._encoding)
        try:
            return [name.strip() for name in next(self._reader(lines), [])]
        except csv.Error as error:
            raise SourceError(f"{self._file.name}: its first line is no CSV header ({error}).") from error
        finally:
            lines.close()  # type: ignore[attr-defined] # a generator, which holds the file open

    def rows(self) -> Iterator[CsvRow | Rejected]:
        """Every row after the header; blank lines are none. A row of another width than the header's is rejected."""
        width = len(self.header())
        feed = _Feed(text_lines(self._file, self._encoding))
        next(self._reader(feed.lines()))
        feed.start_next()
        reader = self._reader(feed.lines())
        while True:
            problem = ""
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error:
                problem, fields = "the quotes are broken, or a field is too long", [""]
            if fields and not problem and not (len(fields) == width and feed.is_ascii()):
                problem = _problem(fields, width, feed.taken)
            if problem:
                yield Rejected(self._file.name, feed.line, problem, feed.taken[0].rstrip("\r\n"))
                feed.give_back()
                reader = self._reader(feed.lines())
            elif fields:
                yield feed.line, feed.text(), fields
            feed.start_next()

    def _reader(self, lines: Iterator[str]) -> Iterator[list[str]]:
        return csv.reader(lines, delimiter=self._delimiter, strict=True)


def _problem(fields: list[str], width: int, taken: list[str]) -> str:
    if len(fields) != width:
        return "the number of fields is not the header's"
    if not all(map(is_text, taken)):
        return "bytes that are no UTF-8 text"
    return ""


class _Feed:
    """Hands lines to the CSV reader and remembers those that the current row took; `line` is where it starts."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.line = 1

    def lines(self) -> Iterator[str]:
        """Lines given back, then those of the file; the file ends for good, lines given back later need a new call."""
        while self._again:
            line = self._again.popleft()
            self.taken.append(line)
            yield line
        for line in self._lines:
            self.taken.append(line)
            yield line

    def text(self) -> str:
        """The current row as it stands in the file."""
        return (self.taken[0] if len(self.taken) == 1 else "".join(self.taken)).rstrip("\r\n")

    def is_ascii(self) -> bool:
        """Whether the current row is a single line of ASCII, as most are."""
        return len(self.taken) == 1 and self.taken[0].isascii()

    def give_back(self) -> None:
        """Keep only the row's first line as taken."""
        self._again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]

    def start_next(self) -> None:
        """Begin a new row."""
        self.line += len(self.taken)
        self.taken.clear()
