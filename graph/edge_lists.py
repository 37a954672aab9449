"""The whole graph as tables, read page by page: memory does not grow with the graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from graph.client import Graph, Row
from graph.pseudonyms import Pseudonyms

Columns = tuple[tuple[str, pa.DataType], ...]
TEXT, REAL, WHOLE, TIME = pa.string(), pa.float64(), pa.int64(), pa.timestamp("ms", tz="UTC")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of nodes or, where `target` is set, of the relationships of one type.

    `query` pages through it; `source` and `target` are labels, whose ids (names of tags and creators) are in the
    columns of the same name; `columns` are the others.
    """

    name: str
    query: str
    source: str
    target: str | None
    columns: Columns = ()

    @property
    def type(self) -> str:
        """The relationship type of an edge list."""
        return self.name.upper()

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of a file that holds this table."""
        ends = [("source", TEXT), ("target", TEXT)] if self.target else [("source", TEXT)]
        return pa.schema([*ends, *self.columns])


USERS = Table("users", "export/user_page", "User", None)
ITEMS = Table("items", "export/item_page", "Item", None, (("kind", TEXT), ("title", TEXT), ("createdAt", TIME)))
PREFERENCES = Table(
    "prefers", "export/preference_page", "User", "Item", (("weight", REAL), ("events", WHOLE), ("lastAt", TIME))
)
TAGGINGS = Table("has_tag", "export/tagging_page", "Item", "Tag", (("weight", REAL),))
CREATIONS = Table("by", "export/creation_page", "Item", "Creator")
SIMILARITIES = Table("similar", "export/similarity_page", "Item", "Item", (("by", TEXT), ("score", REAL)))
EVENTS = Table("interacted", "export/event_page", "User", "Item", (("event", TEXT), ("value", REAL), ("at", TIME)))


def tables(*, events: bool) -> list[Table]:
    """What an export holds; `events` adds the raw ones."""
    return [USERS, ITEMS, PREFERENCES, TAGGINGS, CREATIONS, SIMILARITIES, *([EVENTS] if events else [])]


def pages(graph: Graph, table: Table, page: int) -> Iterator[list[Row]]:
    """The rows of a table in order of their keys, up to `page` at a time.

    Each page starts after the last key of the one before, so reading it costs the same at the end as at the start.
    """
    columns = {"afterSource": "source", "afterSecond": "second"} if table.target else {"afterSource": "source"}
    after = dict.fromkeys(columns, "")
    while rows := graph.read(table.query, page=page, **after):
        yield rows
        if len(rows) < page:
            return
        after = {name: rows[-1][column] for name, column in columns.items()}


def write_table(table: Table, rows: Iterable[list[Row]], folder: Path, pseudonyms: Pseudonyms) -> Iterator[int]:
    """Write pages of rows to `folder`/NAME.parquet; yields the number of rows after each page is written."""
    with pq.ParquetWriter(folder / f"{table.name}.parquet", table.schema, compression="zstd") as writer:
        for page in rows:
            writer.write_table(_arrow(page, table, pseudonyms))
            yield len(page)


def _arrow(rows: list[Row], table: Table, pseudonyms: Pseudonyms) -> pa.Table:
    columns = {name: [row[name] for row in rows] for name in table.schema.names}
    columns["source"] = [pseudonyms.of(table.source, key) for key in columns["source"]]
    if table.target:
        columns["target"] = [pseudonyms.of(table.target, key) for key in columns["target"]]
    return pa.table(columns, schema=table.schema)
