"""Reads the .cypher files and holds each to the contract of its header.

A file is one statement under a header of comments:

    // Purpose: what it answers, in a sentence or two
    // Parameters: userIds LIST<STRING>, first INTEGER      (or: none)
    // Columns: userId, itemId, score                       (or: none)
    // Mode: read                                           (read, write, or schema)
    CYPHER 25
    MATCH …
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast, get_args

from graph.errors import QueryFileError

Mode = Literal["read", "write", "schema"]
FIELDS = ("Purpose", "Parameters", "Columns", "Mode")
_FIELD = re.compile(r"^// (Purpose|Parameters|Columns|Mode): ?(.*)$")
_STRINGS_AND_COMMENTS = re.compile(r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", re.DOTALL)
_USED = re.compile(r"\$([A-Za-z_]\w*)")


@dataclass(frozen=True, slots=True)
class Query:
    """One checked statement. `name` is its path below cypher/ without the ending, such as `recommend/popular`."""

    name: str
    purpose: str
    parameters: tuple[str, ...]
    columns: tuple[str, ...]
    mode: Mode
    text: str


@cache
def load_queries() -> Mapping[str, Query]:
    """All queries by name. Raises QueryFileError if a file breaks the contract or a stem is used twice."""
    return read_folder(Path(str(files("cypher"))))


def read_folder(folder: Path) -> Mapping[str, Query]:
    """Read every .cypher file below `folder`; see `load_queries`."""
    queries: dict[str, Query] = {}
    stems: dict[str, str] = {}
    for path in sorted(folder.rglob("*.cypher")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        if path.stem in stems:
            raise QueryFileError(f"{name}.cypher and {stems[path.stem]}.cypher share a name; rename one.")
        stems[path.stem] = name
        queries[name] = parse_query(name, path.read_text(encoding="utf-8"))
    return MappingProxyType(queries)


def parse_query(name: str, text: str) -> Query:
    """Parse and check one file's text. Raises QueryFileError that says what is missing."""
    header, body = _split(name, text)
    mode = header["Mode"]
    if mode not in get_args(Mode):
        raise QueryFileError(f"{name}.cypher: Mode is {mode!r}; use one of {', '.join(get_args(Mode))}.")
    query = Query(
        name=name,
        purpose=header["Purpose"],
        parameters=_names(header["Parameters"]),
        columns=_names(header["Columns"]),
        mode=cast("Mode", mode),
        text=body,
    )
    _check_body(query)
    return query


def _split(name: str, text: str) -> tuple[dict[str, str], str]:
    header: dict[str, str] = {}
    current = ""
    lines = text.splitlines()
    end = next((k for k, line in enumerate(lines) if not line.startswith("//")), len(lines))
    for line in lines[:end]:
        if match := _FIELD.match(line):
            current = match[1]
            header[current] = match[2].strip()
        elif current:
            header[current] = f"{header[current]} {line[2:].strip()}".strip()
    if missing := [field for field in FIELDS if not header.get(field)]:
        raise QueryFileError(f"{name}.cypher: the header lacks {', '.join(missing)}; see graph/queries.py.")
    return header, "\n".join(lines[end:]).strip()


def _names(declared: str) -> tuple[str, ...]:
    if declared == "none":
        return ()
    flat = re.sub(r"<[^<>]*>|\([^()]*\)", "", re.sub(r"<[^<>]*>", "", declared))
    return tuple(part.split()[0] for part in flat.split(",") if part.strip())


def _check_body(query: Query) -> None:
    code = _STRINGS_AND_COMMENTS.sub("", query.text)
    if not code.startswith("CYPHER 25"):
        raise QueryFileError(f"{query.name}.cypher: the statement must start with CYPHER 25.")
    if not code.removeprefix("CYPHER 25").strip():
        raise QueryFileError(f"{query.name}.cypher: there is no statement under the header.")
    if ";" in code:
        raise QueryFileError(f"{query.name}.cypher: one statement per file, without a semicolon.")
    used = set(_USED.findall(code))
    if used != set(query.parameters):
        undeclared, unused = sorted(used - set(query.parameters)), sorted(set(query.parameters) - used)
        raise QueryFileError(f"{query.name}.cypher: undeclared parameters {undeclared}, unused ones {unused}.")
