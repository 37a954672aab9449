"""Tables of rows, whatever the form of their file: CSV, JSON Lines, Parquet. Only the columns asked for are read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol

from graph.errors import SourceError
from loaders.csv_rows import CsvFile
from loaders.files import form_of, is_text, listed, refuse_binary, text_lines
from loaders.source import Rejected

TableRow = tuple[int, str, Mapping[str, object]]
"""Line on which the row starts, its text, its fields by column."""
LINES_TRIED = 100
PARQUET_BATCH = 10_000


class Table(Protocol):
    """Rows of one file."""

    def rows(self) -> Iterator[TableRow | Rejected]:
        """Every row in order; each call reads anew."""


def open_table(
    path: Path, columns: Sequence[str], ids: Sequence[str], *, form: str, delimiter: str, encoding: str
) -> Table:
    """The table at `path`, read only for `columns`; `ids` are those that every row must have.

    `form` is csv, jsonl, parquet, or empty for the file's ending to say.
    Raises SourceError if it is missing, empty or of another form; if it is JSON Lines and its first rows lack `ids`,
    or of another form and it lacks any of `columns`.
    """
    form = form or form_of(path)
    expected = f"a file of the form {form} with the columns {', '.join(columns)}"
    if form == "parquet":
        return ParquetTable(path, columns, expected)
    refuse_binary(path, expected)
    if form == "jsonl":
        return JsonLinesTable(path, columns, ids)
    tab = path.name.lower().removesuffix(".gz").endswith(".tsv")
    return CsvTable(path, columns, "\t" if tab else delimiter, encoding)


def refuse_missing(name: str, needed: Sequence[str], found: Sequence[str]) -> None:
    """Raise SourceError if a needed column is not there, or there twice."""
    if missing := [column for column in needed if column not in found]:
        raise SourceError(
            f"{name} lacks the columns {listed(missing)}; it has {listed(list(found))}. "
            "Name the right ones with --columns or a mapping file."
        )
    if twice := [column for column in needed if list(found).count(column) > 1]:
        raise SourceError(f"{name} has the columns {listed(twice)} twice; rename one.")


class CsvTable:
    """A CSV file with a header, packed or not."""

    def __init__(self, path: Path, columns: Sequence[str], delimiter: str, encoding: str) -> None:
        self._file = CsvFile(path, delimiter, encoding)
        header = self._file.header()
        refuse_missing(path.name, columns, header)
        self._names = columns
        self._places = [header.index(name) for name in columns]

    def rows(self) -> Iterator[TableRow | Rejected]:
        """See Table."""
        names, pick = self._names, _picker(self._places)
        for row in self._file.rows():
            if isinstance(row, Rejected):
                yield row
            else:
                yield row[0], row[1], dict(zip(names, pick(row[2]), strict=True))


def _picker(places: Sequence[int]) -> Any:
    # itemgetter returns no tuple for a single place
    return itemgetter(*places) if len(places) > 1 else lambda fields: (fields[places[0]],)


class JsonLinesTable:
    """One JSON object a line, packed or not; a row may lack columns."""

    def __init__(self, path: Path, columns: Sequence[str], ids: Sequence[str]) -> None:
        self._path = path
        self._columns = columns
        found: set[str] = set()
        for line in islice(text_lines(path), LINES_TRIED):
            found.update(_json_object(line) or ())
        refuse_missing(path.name, ids, sorted(found))

    def rows(self) -> Iterator[TableRow | Rejected]:
        """See Table."""
        columns = self._columns
        for number, raw in enumerate(text_lines(self._path), 1):
            line = raw.strip()
            if not line:
                continue
            fields = _json_object(line)
            if fields is None:
                yield Rejected(self._path.name, number, _json_problem(line), line)
            else:
                yield number, line, {name: fields[name] for name in columns if name in fields}


def _json_object(line: str) -> dict[str, object] | None:
    try:
        read = json.loads(line) if is_text(line) else None
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def _json_problem(line: str) -> str:
    return "the line is no JSON object" if is_text(line) else "bytes that are no UTF-8 text"


class ParquetTable:
    """A Parquet file; a row's line is its number, from 1, and its text its fields as JSON."""

    def __init__(self, path: Path, columns: Sequence[str], expected: str) -> None:
        import pyarrow as pa
        from pyarrow.parquet import ParquetFile

        try:
            self._file: Any = ParquetFile(path)
        except (pa.ArrowException, OSError) as error:
            raise SourceError(f"{path.name} cannot be read as Parquet: {error}. Expected: {expected}.") from error
        refuse_missing(path.name, columns, list(self._file.schema_arrow.names))
        self._columns = list(columns)

    def rows(self) -> Iterator[TableRow | Rejected]:
        """See Table."""
        number = 0
        for batch in self._file.iter_batches(batch_size=PARQUET_BATCH, columns=self._columns):
            for fields in batch.to_pylist():
                number += 1
                yield number, "", fields


def text_of(text: str, fields: Mapping[str, object]) -> str:
    """The text of a row that is rejected, made from its fields where its file holds none."""
    return text or json.dumps(fields, ensure_ascii=False, default=str)
