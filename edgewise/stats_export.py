"""Statistics as a table in a file: counts alone, nobody is named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from graph.days import Bucket
from graph.errors import InputError

PLAIN = (
    "first",
    "last",
    "events",
    "active",
    "weekly",
    "monthly",
    "new_users",
    "sessions",
    "session_minutes",
    "answers",
    "answers_taken",
    "impressions",
    "taken",
    "dismissed",
    "coverage",
    "gini",
    "novelty",
)


def write_table(buckets: Sequence[Bucket], path: Path) -> None:
    """Write a row for each bucket to a .csv or .parquet file; each type of event and each strategy is a column.

    Raises InputError for another ending, or where the file cannot be written.
    """
    frame = table_of(buckets)
    if path.suffix not in {".csv", ".parquet"}:
        raise InputError(f"{path.name} ends neither with .csv nor with .parquet; name the file so.")
    try:
        if path.suffix == ".csv":
            frame.write_csv(path)
        else:
            frame.write_parquet(path)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error}") from error


def table_of(buckets: Sequence[Bucket]) -> pl.DataFrame:
    """The same as a frame."""
    columns: dict[str, list[object]] = {name: [getattr(one, name) for one in buckets] for name in PLAIN}
    for kind in sorted({name for one in buckets for name in one.types}):
        columns[f"events_{kind}"] = [one.types.get(kind, (0, 0.0))[0] for one in buckets]
    for strategy in sorted({name for one in buckets for name in one.strategies}):
        columns[f"answers_{strategy}"] = [one.strategies.get(strategy, (0, 0))[0] for one in buckets]
    return pl.DataFrame(columns)
