"""Opens the files of a source, compressed or not, and refuses at once what is no text."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import IO, cast

from graph.errors import SourceError

GZIP_MAGIC = b"\x1f\x8b"
DAMAGE = (EOFError, OSError, zlib.error, zipfile.BadZipFile)
SNIFFED_BYTES = 4096
ENDINGS = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
MOST_SHOWN = 12


@contextmanager
def open_binary(file: Traversable) -> Iterator[IO[bytes]]:
    """The bytes of `file`, unpacked if it is gzip (told by its first bytes). Raises SourceError if unreadable."""
    try:
        raw = file.open("rb")
    except (OSError, RuntimeError, zipfile.BadZipFile) as error:
        raise SourceError(f"{file.name} cannot be read: {error}") from error
    with raw:
        magic = raw.read(len(GZIP_MAGIC))
        raw.seek(0)
        if magic != GZIP_MAGIC:
            yield raw
            return
        with gzip.GzipFile(fileobj=raw) as unpacked:
            yield cast("IO[bytes]", unpacked)


def text_lines(file: Traversable, encoding: str = "utf-8-sig") -> Iterator[str]:
    """The lines of `file` with their endings; bytes that are no text stay as lone surrogates.

    Raises SourceError where a packed file is cut short or damaged: what follows cannot be had, and saying nothing
    would pass for the end of the file.
    """
    number = 0
    with open_binary(file) as raw:
        try:
            with io.TextIOWrapper(raw, encoding, errors="surrogateescape", newline="") as text:
                for line in text:
                    number += 1
                    yield line
        except DAMAGE as error:
            message = f"{file.name} is damaged or cut short after line {number}: {error}. Fetch it again."
            raise SourceError(message) from error


def is_text(line: str) -> bool:
    """Whether `line` had no bytes that its encoding lacks."""
    if line.isascii():
        return True
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True


def refuse_binary(file: Traversable, expected: str) -> None:
    """Raise SourceError if `file` is missing, empty or no text; `expected` says what should be there."""
    if not file.is_file():
        raise SourceError(f"There is no file {file.name}. Expected: {expected}.")
    try:
        with open_binary(file) as raw:
            start = raw.read(SNIFFED_BYTES)
    except DAMAGE as error:
        raise SourceError(f"{file.name} is damaged: {error}. Expected: {expected}.") from error
    if not start.strip():
        raise SourceError(f"{file.name} is empty. Expected: {expected}.")
    if b"\0" in start:
        raise SourceError(f"{file.name} is a binary file or UTF-16, no UTF-8 text. Expected: {expected}.")


def form_of(path: Path) -> str:
    """`csv`, `jsonl` or `parquet` by the file's ending, `.gz` aside. Raises SourceError for another ending."""
    endings = [ending.lower() for ending in path.suffixes if ending.lower() != ".gz"]
    form = ENDINGS.get(endings[-1]) if endings else None
    if form is None:
        known = ", ".join(ENDINGS)
        raise SourceError(f"{path.name}: which form is this? Expected an ending of {known}, also with .gz, or --form.")
    return form


def listed(names: Iterator[str] | list[str]) -> str:
    """Names for a message: in order, safe to print, and not too many."""
    shown = sorted(name.encode("unicode_escape").decode()[:60] for name in names)
    more = f" and {len(shown) - MOST_SHOWN} more" if len(shown) > MOST_SHOWN else ""
    return (", ".join(shown[:MOST_SHOWN]) + more) or "nothing"
