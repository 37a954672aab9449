"""Fills an empty data folder from CSV files with the official import tool, for graphs too large to send over Bolt.

One group of files per label or type: `NAME.csv` or parts `NAME-*.csv`, each also `.csv.gz`, each with a header line of
neo4j-admin. Nodes carry `id:ID(User)` (`:ID(Item)`, `name:ID(Tag)`, `name:ID(Creator)`), relationships
`:START_ID(User)` and `:END_ID(Item)`; any other column is a property, typed as in `at:datetime`, `weight:double`.
The tool keeps no rule of ours: constraints and indexes follow at the next start, derived facts by a refresh.
"""

from __future__ import annotations

import csv
import gzip
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from graph.embedded import EmbeddedNeo4j
from graph.errors import EmbeddedError, SourceError

NODES = MappingProxyType({"users": "User", "items": "Item", "tags": "Tag", "creators": "Creator"})
RELATIONSHIPS = MappingProxyType(
    {"has_tag": "HAS_TAG", "by": "BY", "interacted": "INTERACTED", "prefers": "PREFERS", "similar": "SIMILAR"}
)
HEAP_MB = 1024
_COUNT = re.compile(r"^\s*(\d+) (nodes|relationships|properties)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class BulkImport:
    """What an import brought in."""

    files: tuple[Path, ...]
    nodes: int
    relationships: int
    properties: int


def bulk_import(server: EmbeddedNeo4j, folder: Path, *, replace: bool = False) -> BulkImport:
    """Import the files of `folder` into the stopped server's empty database; `replace` deletes what it holds.

    The login survives. Raises SourceError if the files are not of the expected form, EmbeddedError if the server
    runs, there is a database already, or the tool refuses a row (it names file and line; nothing is kept then).
    """
    groups = {name: files_of(folder, name) for name in (*NODES, *RELATIONSHIPS)}
    check_groups(folder, groups)
    with server.stopped() as admin:
        if not replace and database_folders(server.home)[0].exists():
            raise EmbeddedError(
                f"{server.home} has a database already. Import into a new folder (EDGEWISE_EMBEDDED_HOME=…), or delete "
                "what it holds: edgewise neo4j import --replace"
            )
        try:
            # The tool takes all that follows an option for its files, so the database is named first.
            printed = admin("database", "import", "full", "neo4j", *options(groups, replace=replace), heap_mb=HEAP_MB)
        except BaseException:
            # Half a store would keep the server from starting; without one it starts empty.
            for path in database_folders(server.home):
                shutil.rmtree(path, ignore_errors=True)
            raise
    counts = {what: int(count) for count, what in _COUNT.findall(printed)}
    files = tuple(path for paths in groups.values() for path in paths)
    return BulkImport(files, **{what: counts.get(what, 0) for what in ("nodes", "relationships", "properties")})


def database_folders(home: Path) -> tuple[Path, Path]:
    """Where the graph and its transaction log are kept; there from the first start on. The login is elsewhere."""
    return home / "data" / "databases" / "neo4j", home / "data" / "transactions" / "neo4j"


def files_of(folder: Path, name: str) -> list[Path]:
    """The files of one group in order: the whole one first, then its parts."""
    found = [path for ending in ("csv", "csv.gz") for path in (folder / f"{name}.{ending}",) if path.is_file()]
    parts = [path for ending in ("csv", "csv.gz") for path in folder.glob(f"{name}-*.{ending}")]
    return found + sorted(parts)


def check_groups(folder: Path, groups: dict[str, list[Path]]) -> None:
    """Raise SourceError if there is nothing to import, or a file lacks the columns that its group needs."""
    if not groups["users"] and not groups["items"]:
        expected = ", ".join(f"{name}.csv" for name in groups)
        raise SourceError(f"{folder} holds no users.csv or items.csv; the files are {expected}, each also in parts.")
    for name, paths in groups.items():
        needed = (":ID",) if name in NODES else (":START_ID", ":END_ID")
        for path in paths:
            header = header_of(path)
            if missing := [mark for mark in needed if not any(mark in column for column in header)]:
                raise SourceError(
                    f"{path}: the first line has no {' and '.join(missing)} column; "
                    f"see edgewise neo4j import --help. It is: {','.join(header)[:200]}"
                )


def header_of(path: Path) -> list[str]:
    """The columns of a file's first line. Raises SourceError if it cannot be read."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
            return next(csv.reader(file), [])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"{path} cannot be read as CSV in UTF-8: {error}") from error


def options(groups: dict[str, list[Path]], *, replace: bool) -> list[str]:
    """The tool's options for these files: strict, so that no row is dropped in silence."""
    chosen = ["--strict=true", "--bad-tolerance=0", "--path-pattern-style=none"]
    chosen.append(f"--overwrite-destination={str(replace).lower()}")
    # Only what describes nodes may span lines: relationships are then read in parallel.
    texts = [str(path.resolve()) for name in NODES for path in groups[name]]
    chosen += ["--multiline-fields-format=v2", f"--multiline-fields={','.join(texts)}"]
    for kind, names in (("nodes", NODES), ("relationships", RELATIONSHIPS)):
        for name, label in names.items():
            # Each file is a source of its own, with its own header.
            chosen += [f"--{kind}={label}={path.resolve()}" for path in groups[name]]
    return chosen
