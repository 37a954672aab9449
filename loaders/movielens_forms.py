"""The forms in which GroupLens publishes MovieLens, and how the files of each are read.

csv   ml-latest-small, ml-latest, 20M, 25M, 32M: movies.csv, ratings.csv, tags.csv (optional)
dat   1M and 10M: movies.dat, ratings.dat, tags.dat (10M), users.dat (1M); fields between `::`
100k  100K: u.item, u.data, u.genre; fields between `|` or tabs

1M and 100K are in Latin-1, the others in UTF-8.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import ClassVar, Protocol

from graph.errors import SourceError
from loaders.csv_rows import CsvFile, CsvRow
from loaders.files import is_text, listed, refuse_binary, text_lines
from loaders.source import Rejected
from loaders.tables import refuse_missing

EXPECTED = "movies.csv with ratings.csv, or movies.dat with ratings.dat (1M, 10M), or u.item with u.data (100K)"
_SPELLED = (
    "Action",
    "Adventure",
    "Animation",
    "Children",
    "Children's",
    "Comedy",
    "Crime",
    "Documentary",
    "Drama",
    "Fantasy",
    "Film-Noir",
    "Horror",
    "IMAX",
    "Musical",
    "Mystery",
    "Romance",
    "Sci-Fi",
    "Thriller",
    "War",
    "Western",
)
GENRES = {name.lower(): name for name in _SPELLED}
"""How GroupLens spells each genre, by its name in lower case."""
NO_GENRES = frozenset({"(no genres listed)", "unknown", ""})
FIRST_FLAG = 5
"""Column of u.item where the flags of the genres begin."""

Rows = Iterator[CsvRow | Rejected]


class Form(Protocol):
    """The files of one form: each row has the fields that the method names first, as text."""

    files: ClassVar[tuple[str, str, str]]
    """Names of the files of ratings, movies and tags."""

    def ratings(self) -> Rows:
        """User, movie, rating, epoch seconds."""

    def movies(self) -> Rows:
        """Movie, title, genres joined by `|`."""

    def tags(self) -> Rows:
        """User, movie, tag."""


@dataclass(frozen=True, slots=True)
class CsvForm:
    """Files with a header, separated by commas."""

    files: ClassVar[tuple[str, str, str]] = ("ratings.csv", "movies.csv", "tags.csv")
    folder: Traversable

    def ratings(self) -> Rows:
        """See Form."""
        return CsvFile(self.folder / "ratings.csv").rows()

    def movies(self) -> Rows:
        """See Form."""
        return CsvFile(self.folder / "movies.csv").rows()

    def tags(self) -> Rows:
        """See Form."""
        tags = self.folder / "tags.csv"
        return CsvFile(tags).rows() if tags.is_file() else iter(())


@dataclass(frozen=True, slots=True)
class DatForm:
    """Files without a header, separated by two colons."""

    files: ClassVar[tuple[str, str, str]] = ("ratings.dat", "movies.dat", "tags.dat")
    folder: Traversable
    encoding: str

    def ratings(self) -> Rows:
        """See Form."""
        return separated(self.folder / "ratings.dat", "::", 4, self.encoding)

    def movies(self) -> Rows:
        """See Form."""
        return separated(self.folder / "movies.dat", "::", 3, self.encoding)

    def tags(self) -> Rows:
        """See Form."""
        tags = self.folder / "tags.dat"
        return separated(tags, "::", 4, self.encoding) if tags.is_file() else iter(())


@dataclass(frozen=True, slots=True)
class OldForm:
    """The files of 100K; genres are columns of flags whose names stand in u.genre."""

    files: ClassVar[tuple[str, str, str]] = ("u.data", "u.item", "")
    folder: Traversable

    def ratings(self) -> Rows:
        """See Form."""
        return separated(self.folder / "u.data", "\t", 4, "latin-1")

    def movies(self) -> Rows:
        """See Form."""
        genres = self._genres()
        for row in separated(self.folder / "u.item", "|", FIRST_FLAG + len(genres), "latin-1"):
            if isinstance(row, Rejected):
                yield row
                continue
            line, text, fields = row
            flagged = [name for name, flag in zip(genres, fields[FIRST_FLAG:], strict=True) if flag == "1"]
            yield line, text, [fields[0], fields[1], "|".join(flagged)]

    def tags(self) -> Rows:
        """See Form."""
        return iter(())

    def _genres(self) -> list[str]:
        lines = (line.strip() for line in text_lines(self.folder / "u.genre", "latin-1"))
        return [line.split("|")[0] for line in lines if line]


def separated(file: Traversable, separator: str, width: int, encoding: str) -> Rows:
    """Rows of a file without header or quotes; one of another width is rejected."""
    for number, raw in enumerate(text_lines(file, encoding), 1):
        line = raw.rstrip("\r\n")
        fields = line.split(separator)
        if not line:
            continue
        if len(fields) != width:
            yield Rejected(file.name, number, f"the number of fields is not {width}", line)
        elif not is_text(line):
            yield Rejected(file.name, number, "bytes that are no UTF-8 text", line)
        else:
            yield number, line, fields


def detect(folder: Traversable) -> Form:
    """The form of the files in `folder`. Raises SourceError that says what was expected and what was found."""
    names = {file.name for file in folder.iterdir()}
    if {"movies.csv", "ratings.csv"} <= names:
        _check_headers(folder, names)
        return CsvForm(folder)
    if {"movies.dat", "ratings.dat"} <= names:
        _refuse_binary(folder, ("movies.dat", "ratings.dat"))
        return DatForm(folder, "latin-1" if "users.dat" in names else "utf-8")
    if {"u.item", "u.data", "u.genre"} <= names:
        _refuse_binary(folder, ("u.item", "u.data", "u.genre"))
        return OldForm(folder)
    raise SourceError(f"{folder.name} holds no MovieLens. Expected {EXPECTED}; found {listed(list(names))}.")


def movielens_folder(path: Path) -> Traversable:
    """The folder with the files: `path` itself, the only folder inside it, or inside a .zip, which stays packed.

    Raises SourceError if there is none.
    """
    root: Traversable = path
    if path.is_file():
        if not zipfile.is_zipfile(path):
            raise SourceError(f"{path.name} is neither a folder nor a .zip. Expected {EXPECTED}.")
        root = zipfile.Path(path)
    elif not path.is_dir():
        raise SourceError(f"There is no {path.name}. Expected a folder or .zip of {EXPECTED}.")
    inside = [entry for entry in root.iterdir() if entry.name != "__MACOSX"]
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else root


def _check_headers(folder: Traversable, names: set[str]) -> None:
    wanted = {
        "movies.csv": ["movieId", "title", "genres"],
        "ratings.csv": ["userId", "movieId", "rating", "timestamp"],
        "tags.csv": ["userId", "movieId", "tag", "timestamp"],
    }
    for name, columns in wanted.items():
        if name not in names:
            continue
        refuse_binary(folder / name, f"a CSV file with the columns {', '.join(columns)}")
        header = CsvFile(folder / name).header()
        refuse_missing(name, columns, header)
        if header != columns:
            raise SourceError(f"{name} has the columns {', '.join(header)}; expected just {', '.join(columns)}.")


def _refuse_binary(folder: Traversable, names: tuple[str, ...]) -> None:
    for name in names:
        refuse_binary(folder / name, "a text file of MovieLens")
