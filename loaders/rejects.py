"""Where rows that could not be loaded are kept, with the reason beside each."""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TextIO

from graph.errors import SourceError
from loaders.source import Rejected

COLUMNS = ("file", "line", "reason", "text")
LONGEST_TEXT = 10_000
"""Characters kept of a row's text; the file and line say where the whole of it stands."""


class RejectsFile:
    r"""Writes rejected rows to a file and counts them by reason; a context manager.

    The form follows the ending of `path`: `.jsonl` is one JSON object a line, anything else CSV with a header.
    An older file at `path` is replaced when the first row comes, and removed at the end if none came, so that the
    file always tells of this load alone. Only its owner can read it: a row is kept whole, personal columns too.
    Bytes that are no text are written as `\udcNN`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reasons: Counter[str] = Counter()
        self._file: TextIO | None = None

    @property
    def count(self) -> int:
        """How many rows were added."""
        return self._reasons.total()

    @property
    def reasons(self) -> Mapping[str, int]:
        """How many rows were added for each reason, the most frequent first."""
        return MappingProxyType(dict(self._reasons.most_common()))

    def add(self, rejected: Rejected) -> None:
        """Write one row. Raises SourceError if the file cannot be written."""
        if self._file is None:
            self._file = self._open()
        row = (rejected.file, rejected.line, rejected.reason, _shortened(rejected.text))
        if self.path.suffix == ".jsonl":
            self._file.write(json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) + "\n")
        else:
            csv.writer(self._file).writerow(row)
        self._reasons[rejected.reason] += 1

    def __enter__(self) -> RejectsFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
        elif kind is None:
            self.path.unlink(missing_ok=True)

    def _open(self) -> TextIO:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.unlink(missing_ok=True)
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise SourceError(f"The rejects file cannot be written: {error}. Name another with --rejects.") from error
        file = os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="")
        if self.path.suffix != ".jsonl":
            csv.writer(file).writerow(COLUMNS)
        return file


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    return f"{text[:LONGEST_TEXT]}… ({len(text) - LONGEST_TEXT} more characters)"
