"""Writes a whole source as files for the import tool, with what follows from its events."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Literal, TypeVar

import polars as pl

from graph.event_batch import milliseconds
from graph.records import Item, User
from graph.settings import PopularitySettings, PreferenceSettings
from loaders.event_tables import event_tables
from loaders.node_files import UTC_MILLIS, write_item_files, write_user_files
from loaders.pair_sums import PairSums
from loaders.rejects import RejectsFile
from loaders.report import Counts, LoadReport, Progress, unwatched
from loaders.seen_ids import SeenIds
from loaders.source import Rejected, Source

N = TypeVar("N", User, Item)
ENDS = {"userId": ":START_ID(User)", "itemId": ":END_ID(Item)"}
COMPRESSION: Literal["snappy"] = "snappy"
"""Read and written faster than the default, which is smaller."""


def write_bulk(
    source: Source,
    folder: Path,
    *,
    preferences: PreferenceSettings,
    popularity: PopularitySettings,
    rejects: RejectsFile,
    now: datetime,
    progress: Progress = unwatched,
) -> LoadReport:
    """Write all of `source` below `folder`, an empty one, in the form of graph.bulk_import; `now` is when it counts.

    The graph is then the same as after `loaders.load.load` into an empty one, but for empty texts: the tool leaves out
    a property that is one. Raises SourceError.
    """
    started = perf_counter()
    users, user_counts = _last(source.users(), rejects, partial(progress, "users"))
    items, item_counts = _last(source.items(), rejects, partial(progress, "items"))
    write_user_files(folder, users.values())
    sums = PairSums(list(users), list(items), preferences, popularity)
    event_counts = _write_events(source, folder, sums, rejects, partial(progress, "events"))
    write_item_files(folder, list(items.values()), dict(zip(items, sums.decayed.tolist(), strict=True)))
    _write_preferences(folder, sums.pairs(), now)
    return LoadReport(source.name, user_counts, item_counts, event_counts, perf_counter() - started)


def _last(rows: Iterable[N | Rejected], rejects: RejectsFile, watch: partial[None]) -> tuple[dict[str, N], Counts]:
    """The last row of each id, in the order of the first ones."""
    found: dict[str, N] = {}
    counts = Counts()
    for row in rows:
        if isinstance(row, Rejected):
            rejects.add(row)
            counts.rejected += 1
        else:
            counts.repeated += row.id in found
            found[row.id] = row
    counts.new = len(found)
    watch(counts.rows)
    return found, counts


def _write_events(source: Source, folder: Path, sums: PairSums, rejects: RejectsFile, watch: partial[None]) -> Counts:
    seen, counts = SeenIds(), Counts()
    for part, (table, rejected) in enumerate(event_tables(source, rejects)):
        fresh = table.filter(seen.add(table["eventId"]))
        counts.new += len(fresh)
        counts.repeated += len(table) - len(fresh)
        counts.rejected += rejected
        if len(fresh):
            sums.add(fresh)
            fresh.rename(ENDS).write_parquet(folder / f"interacted-{part:06}.parquet", compression=COMPRESSION)
        watch(counts.rows)
    return counts


def _write_preferences(folder: Path, pairs: pl.DataFrame, now: datetime) -> None:
    if len(pairs):
        since = pl.lit(milliseconds(now)).cast(UTC_MILLIS).alias("since")
        pairs.rename(ENDS).with_columns(since).write_parquet(folder / "prefers.parquet", compression=COMPRESSION)
