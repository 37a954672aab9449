"""Users and items as files for the import tool."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import polars as pl

from graph.errors import SourceError
from graph.event_batch import milliseconds
from graph.ingest import own_properties
from graph.records import Item, User

N = TypeVar("N", User, Item)
UTC_MILLIS = pl.Datetime("ms", "UTC")
TYPES = MappingProxyType({bool: pl.Boolean(), int: pl.Int64(), float: pl.Float64(), str: pl.String()})
"""Types of the properties that a source may bring."""
Signature = tuple[tuple[str, type], ...]


def write_user_files(folder: Path, users: Iterable[User]) -> None:
    """`users-K.parquet` of users whose ids differ; one for each set of properties, since a column has one type."""
    for part, (signature, alike) in enumerate(_alike(users).items()):
        table = pl.DataFrame({"id:ID(User)": _ids([user.id for user in alike]), "createdAt": _created(alike)})
        table.with_columns(_columns(signature, alike)).write_parquet(folder / f"users-{part}.parquet")


def write_item_files(folder: Path, items: Sequence[Item], popularity: Mapping[str, float]) -> None:
    """`items-K.parquet` likewise, with tags and creators; an item with a popularity above 0 gets it."""
    for part, (signature, alike) in enumerate(_alike(items).items()):
        table = pl.DataFrame(
            {
                "id:ID(Item)": _ids([item.id for item in alike]),
                "kind": _texts([item.kind for item in alike]),
                "title": _texts([item.title for item in alike]),
                "description": _texts([item.description for item in alike]),
                "createdAt": _created(alike),
                "popularity": pl.Series([popularity.get(item.id) or None for item in alike], dtype=pl.Float64),
            }
        )
        table.with_columns(_columns(signature, alike)).write_parquet(folder / f"items-{part}.parquet")
    _write_tags(folder, items)
    _write_creators(folder, items)


def _write_tags(folder: Path, items: Sequence[Item]) -> None:
    has = [(item.id, name, float(weight)) for item in items for name, weight in item.tags.items()]
    if has:
        items_of, names, weights = zip(*has, strict=True)
        tagged = pl.DataFrame({":START_ID(Item)": _ids(items_of), ":END_ID(Tag)": _ids(names), "weight": weights})
        tagged.write_parquet(folder / "has_tag.parquet")
        tagged.select(pl.col(":END_ID(Tag)").unique().sort().alias("name:ID(Tag)")).write_parquet(
            folder / "tags.parquet"
        )


def _write_creators(folder: Path, items: Sequence[Item]) -> None:
    made = [(item.id, item.creator) for item in items if item.creator]
    if made:
        by = pl.DataFrame(made, {":START_ID(Item)": pl.String, ":END_ID(Creator)": pl.String}, orient="row")
        by.write_parquet(folder / "by.parquet")
        names = by.select(pl.col(":END_ID(Creator)").unique().sort().alias("name:ID(Creator)"))
        names.write_parquet(folder / "creators.parquet")


def _alike(nodes: Iterable[N]) -> dict[Signature, list[N]]:
    """Nodes by the names and types of their own properties."""
    found: dict[Signature, list[N]] = {}
    for node in nodes:
        own = own_properties(node.id, node.properties)
        found.setdefault(tuple(sorted((name, type(value)) for name, value in own.items())), []).append(node)
    return found


def _columns(signature: Signature, nodes: Sequence[User] | Sequence[Item]) -> list[pl.Series]:
    for name, _ in signature:
        if ":" in name or not name.strip():
            raise SourceError(f"{nodes[0].id} has a property {name!r}, which the import tool cannot name. Rename it.")
    return [pl.Series(name, [node.properties[name] for node in nodes], TYPES[kind]) for name, kind in signature]


def _created(nodes: Sequence[User] | Sequence[Item]) -> pl.Series:
    moments: list[datetime | None] = [node.created_at for node in nodes]
    return pl.Series([at and milliseconds(at) for at in moments], dtype=pl.Int64).cast(UTC_MILLIS)


def _ids(values: Sequence[str]) -> pl.Series:
    if "" in values:
        raise SourceError("There is an id or a name of a tag that is empty, which the import tool cannot take.")
    return pl.Series(values, dtype=pl.String)


def _texts(values: Sequence[str | None]) -> pl.Series:
    return pl.Series(values, dtype=pl.String)
