"""Fills an empty data folder from files with the official import tool, for graphs too large to send over Bolt.

One group of files per label or type: `NAME.csv` or parts `NAME-*.csv`, each also `.csv.gz`, each with a header line of
neo4j-admin that has at least the columns of `COLUMNS`; or all of them `.parquet`, which is read twice as fast. There a
column's type is that of its values, so its name says none but those of ids.
The tool keeps no rule of ours: `finish_import` adds constraints, indexes and what follows from events.
"""

from __future__ import annotations

import csv
import gzip
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TextIO

from pyarrow import ArrowInvalid, parquet

from graph.after_ingest import rebuild_popularity, rebuild_preferences
from graph.client import Graph
from graph.embedded import EmbeddedNeo4j
from graph.errors import EmbeddedError, GraphError, SourceError
from graph.schema import migrate
from graph.settings import PopularitySettings, PreferenceSettings

NODES = MappingProxyType({"users": "User", "items": "Item", "tags": "Tag", "creators": "Creator"})
RELATIONSHIPS = MappingProxyType(
    {"has_tag": "HAS_TAG", "by": "BY", "interacted": "INTERACTED", "prefers": "PREFERS", "similar": "SIMILAR"}
)
COLUMNS = MappingProxyType(
    {
        "users": ("id:ID(User)",),
        "items": ("id:ID(Item)", "kind"),
        "tags": ("name:ID(Tag)",),
        "creators": ("name:ID(Creator)",),
        "has_tag": (":START_ID(Item)", ":END_ID(Tag)", "weight:double"),
        "by": (":START_ID(Item)", ":END_ID(Creator)"),
        "interacted": (":START_ID(User)", ":END_ID(Item)", "eventId", "type", "at:datetime"),
        "prefers": (":START_ID(User)", ":END_ID(Item)", "weight:double"),
        "similar": (":START_ID(Item)", ":END_ID(Item)", "by", "score:double"),
    }
)
"""What each group's header must have; other columns are further properties, typed as in `value:double`."""
POPULARITY = "popularity"
"""The property of items that says that popularity was imported."""
DATABASE = ("databases/neo4j", "transactions/neo4j")
"""The graph and its transaction log, below the data directory; the login is elsewhere."""
ENDINGS = ("csv", "csv.gz", "parquet")
HEAP_MB = 1280
_COUNT = re.compile(r"^\s*(\d+) (nodes|relationships|properties)\s*$", re.MULTILINE)
_REASON = re.compile(r"Error importing csv file\.\s*(.+?)\s*(?:Full exception details|-{9})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class BulkImport:
    """What an import brought in: the files of each group, and how much was in them."""

    groups: dict[str, list[Path]]
    nodes: int
    relationships: int
    properties: int
    popularity: bool = False
    """Whether the items came with it."""


def bulk_import(server: EmbeddedNeo4j, folder: Path, *, replace: bool = False) -> BulkImport:
    """Import the files of `folder` into the stopped server's empty database; `replace` deletes what it holds.

    The login survives, and so does what was there if the import fails. Raises SourceError if the files are not of the
    expected form, EmbeddedError if the server runs, there is a database already (there is one from the first start
    on), or the tool refuses a row: it names the file and the line or the id.
    """
    groups = {name: files_of(folder, name) for name in (*NODES, *RELATIONSHIPS)}
    check_groups(folder, groups)
    with server.stopped() as admin:
        if not replace and has_database(server):
            raise EmbeddedError(
                f"{server.home} has a database already. Import into a new folder (EDGEWISE_EMBEDDED_HOME=…), or delete "
                "what it holds: edgewise neo4j import --replace"
            )
        with _staging(server.home) as staging:
            # The tool takes all that follows an option for its files, so the database is named first.
            command = ["database", "import", "full", "neo4j", f"--additional-config={staging / 'neo4j.conf'}"]
            printed = _run(partial(admin, *command, *options(groups), heap_mb=HEAP_MB, lasting=True))
            _put_in_place(staging, server.home / "data")
    counts = {what: int(count) for count, what in _COUNT.findall(printed)}
    popularity = any(_name(column) == POPULARITY for path in groups["items"] for column in header_of(path))
    return BulkImport(
        groups,
        popularity=popularity,
        **{what: counts.get(what, 0) for what in ("nodes", "relationships", "properties")},
    )


def has_database(server: EmbeddedNeo4j) -> bool:
    """Whether there is a database, be it empty: there is one from the first start on."""
    return (server.home / "data" / DATABASE[0]).exists()


def finish_import(
    graph: Graph, imported: BulkImport, preferences: PreferenceSettings, popularity: PopularitySettings
) -> None:
    """Bring the schema and what follows from events up to date; preferences and popularity stay if they were imported.

    Raises EmbeddedError if the data break a constraint, such as an event id that occurs twice.
    """
    try:
        migrate(graph)
    except GraphError as error:
        raise EmbeddedError(
            f"The imported files break a rule of the schema; correct them and import again with --replace. {error}"
        ) from error
    if imported.groups["interacted"]:
        if not imported.groups["prefers"]:
            rebuild_preferences(graph, preferences)
        if not imported.popularity:
            rebuild_popularity(graph, preferences, popularity)


@contextmanager
def _staging(home: Path) -> Iterator[Path]:
    """A data directory beside the server's: the tool leaves half a store behind when it fails or is killed."""
    staging = home / "importing"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    (staging / "neo4j.conf").write_text(f"server.directories.data={staging}\n")
    try:
        yield staging
    finally:
        shutil.rmtree(staging)


def _run(tool: Callable[[], str]) -> str:
    try:
        return tool()
    except EmbeddedError as error:
        if reason := _REASON.search(str(error)):
            raise EmbeddedError(f"The import was refused, and nothing was changed: {reason[1]}") from error
        raise


def _put_in_place(staging: Path, data: Path) -> None:
    for part in DATABASE:
        shutil.rmtree(data / part, ignore_errors=True)
    for part in reversed(DATABASE):
        (data / part).parent.mkdir(parents=True, exist_ok=True)
        (staging / part).rename(data / part)


def files_of(folder: Path, name: str) -> list[Path]:
    """The files of one group in order: the whole one first, then its parts."""
    found = [path for ending in ENDINGS for path in (folder / f"{name}.{ending}",) if path.is_file()]
    parts = [path for ending in ENDINGS for path in folder.glob(f"{name}-*.{ending}")]
    return found + sorted(parts)


def check_groups(folder: Path, groups: dict[str, list[Path]]) -> None:
    """Raise SourceError if there is nothing to import, or a file lacks the columns that its group needs."""
    if "," in str(folder.resolve()):
        raise SourceError(f"{folder}: the import tool takes a comma for the end of a name; rename the folder.")
    if not groups["users"] and not groups["items"]:
        expected = ", ".join(f"{name}.csv" for name in groups)
        raise SourceError(f"{folder} holds no users.csv or items.csv; the files are {expected}, each also in parts.")
    paths = [path for paths in groups.values() for path in paths]
    if any(map(_is_parquet, paths)) and not all(map(_is_parquet, paths)):
        raise SourceError(f"{folder} holds both CSV and Parquet; the import tool takes one of them at a time.")
    for name, paths in groups.items():
        for path in paths:
            header = header_of(path)
            form = _bare if _is_parquet(path) else _plain
            found = {form(column) for column in header}
            if missing := [column for column in map(form, COLUMNS[name]) if column not in found]:
                raise SourceError(
                    f"{path}: the columns lack {', '.join(missing)}. It needs {','.join(COLUMNS[name])} "
                    f"and may have more; there are: {','.join(header)[:200]}"
                )


def _is_parquet(path: Path) -> bool:
    return path.suffix == ".parquet"


def _name(column: str) -> str:
    return column.partition(":")[0]


def _bare(column: str) -> str:
    """A column without the type of its values, which Parquet knows; ids keep what says whose they are."""
    return column if "(" in column else _name(column)


def _plain(column: str) -> str:
    """A column of a header without what may differ: case and width of its type, options in braces."""
    name, _, kind = column.partition("{")[0].strip().partition(":")
    if "(" not in kind:
        kind = {"float": "double", "string": ""}.get(kind.lower(), kind.lower())
    return f"{name}:{kind}" if kind else name


def header_of(path: Path) -> list[str]:
    """The columns of a file. Raises SourceError if it cannot be read."""
    try:
        if _is_parquet(path):
            return list(parquet.read_schema(path).names)
        with opened(path) as file:
            return next(csv.reader(file), [])
    except (OSError, UnicodeDecodeError, csv.Error, ArrowInvalid) as error:
        raise SourceError(
            f"{path} cannot be read as {'Parquet' if _is_parquet(path) else 'CSV in UTF-8'}: {error}"
        ) from error


def opened(path: Path) -> TextIO:
    """The text of a file that may be compressed, its line ends as they are."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")


def spans_lines(path: Path) -> bool:
    """Whether a value of a CSV file holds the end of a line."""
    if _is_parquet(path):
        return False
    with opened(path) as file:
        reader = csv.reader(file)
        return any(reader.line_num != number for number, _ in enumerate(reader, 1))


def options(groups: dict[str, list[Path]]) -> list[str]:
    """The tool's options for these files: strict, so that no row is dropped in silence."""
    chosen = ["--strict=true", "--bad-tolerance=0", "--path-pattern-style=none"]
    # Only what describes nodes may span lines, and only where it does: the others are read in parallel.
    if any(_is_parquet(path) for paths in groups.values() for path in paths):
        chosen += ["--input-type=parquet"]
    texts = [str(path.resolve()) for name in NODES for path in groups[name] if spans_lines(path)]
    if texts:
        chosen += ["--multiline-fields-format=v2", f"--multiline-fields={','.join(texts)}"]
    for kind, names in (("nodes", NODES), ("relationships", RELATIONSHIPS)):
        for name, label in names.items():
            # Each file is a source of its own, with its own header.
            chosen += [f"--{kind}={label}={path.resolve()}" for path in groups[name]]
    return chosen
