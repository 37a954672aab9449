"""`edgewise load …`: one command per sort of source."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from edgewise.load_run import fetched, run_load
from graph.errors import SourceError
from loaders.download import MOVIELENS, movielens_address
from loaders.events import EventFiles
from loaders.files import listed
from loaders.mapping import EventMapping, mapping_of_columns, read_mapping, shipped_mappings
from loaders.movielens import MovieLens
from loaders.pairs import Pairs
from loaders.report import LoadOptions
from loaders.synthetic import SyntheticWorld, make_plan

app = typer.Typer(
    help="Fill the graph. Loading twice changes nothing; rows that cannot be loaded go to a file, with the reason.",
    no_args_is_help=True,
)

Files = Annotated[list[Path], typer.Argument(help="Files, .gz too, or a folder of them.")]
At = Annotated[
    datetime | None,
    typer.Option(
        help="Time in UTC of the events that have none; default: now.", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and check everything, write nothing.")]
Rejects = Annotated[Path | None, typer.Option(help="Where bad rows go, .csv or .jsonl; default: rejects/SOURCE.csv.")]
Batch = Annotated[int, typer.Option(min=100, max=100_000, help="Events in a transaction.")]
Threads = Annotated[int, typer.Option(min=1, max=64, help="Writers at once.")]
Bulk = Annotated[
    bool, typer.Option("--bulk", help="By the official import tool: many times as fast, into an empty embedded graph.")
]
BATCH, THREADS = LoadOptions().batch_size, LoadOptions().threads


@app.command()
def movielens(
    data: Annotated[
        str, typer.Argument(help=f"A folder, a .zip, a URL, or one of {', '.join(MOVIELENS)}.")
    ] = MOVIELENS[0],
    *,
    dry_run: DryRun = False,
    rejects: Rejects = None,
    batch_size: Batch = BATCH,
    threads: Threads = THREADS,
    bulk: Bulk = False,
) -> None:
    """Load MovieLens in any form that GroupLens publishes; a name or URL is downloaded once.

    Example: edgewise load movielens ml-latest-small
    """
    address = None if Path(data).exists() else movielens_address(data)
    source = MovieLens(fetched(address) if address else Path(data))
    run_load(source, LoadOptions(batch_size, threads, dry_run, bulk=bulk), rejects)


@app.command()
def pairs(
    files: Files,
    *,
    name: Annotated[str, typer.Option(help="Starts the ids of the events; one per data set.")] = "pairs",
    kind: Annotated[str, typer.Option(help="Kind of the items.")] = "item",
    type_: Annotated[str, typer.Option("--type", help="Type of the events.")] = "view",
    at: At = None,
    dry_run: DryRun = False,
    rejects: Rejects = None,
    batch_size: Batch = BATCH,
    threads: Threads = THREADS,
    bulk: Bulk = False,
) -> None:
    """Load lines of `user item item …`, the form of the benchmarks of NGCF and LightGCN.

    Example: edgewise load pairs gowalla/train.txt.gz --name gowalla --kind place
    """
    source = Pairs(files, _moment(at), name=name, kind=kind, event_type=type_)
    run_load(source, LoadOptions(batch_size, threads, dry_run, bulk=bulk), rejects)


@app.command()
def events(
    files: Files,
    *,
    mapping: Annotated[str | None, typer.Option(help="A mapping in TOML, or the name of one that is shipped.")] = None,
    columns: Annotated[str | None, typer.Option(help="The mapping in short: user=COLUMN,item=COLUMN,…")] = None,
    name: Annotated[str, typer.Option(help="With --columns: starts the ids of the events.")] = "events",
    kind: Annotated[str, typer.Option(help="With --columns: kind of the items.")] = "item",
    type_: Annotated[str, typer.Option("--type", help="With --columns: type of events that name none.")] = "view",
    form: Annotated[str, typer.Option(help="With --columns: csv, jsonl or parquet, if the ending does not say.")] = "",
    at: At = None,
    dry_run: DryRun = False,
    rejects: Rejects = None,
    batch_size: Batch = BATCH,
    threads: Threads = THREADS,
    bulk: Bulk = False,
) -> None:
    """Load event files: CSV, JSON Lines or Parquet, whose columns a mapping explains; docs/loading.md shows how.

    Example: edgewise load events log.csv --columns user=personId,item=contentId,type=eventType,at=timestamp
    """
    if (mapping is None) == (columns is None):
        shipped = listed(list(shipped_mappings()))
        raise SourceError(f"Say what the columns are: --columns user=…,item=…, or --mapping FILE.toml, or {shipped}.")
    if columns is not None:
        found = mapping_of_columns(columns, name=name, kind=kind, type=type_, form=form)
    else:
        found = read_mapping(str(mapping))
    _load_events(files, found, at, LoadOptions(batch_size, threads, dry_run, bulk=bulk), rejects)


@app.command()
def deskdrop(
    files: Files,
    *,
    dry_run: DryRun = False,
    rejects: Rejects = None,
    batch_size: Batch = BATCH,
    threads: Threads = THREADS,
    bulk: Bulk = False,
) -> None:
    """Load Deskdrop: what people did with the articles of a company's portal.

    Example: edgewise load deskdrop deskdrop/
    """
    _load_events(files, read_mapping("deskdrop"), None, LoadOptions(batch_size, threads, dry_run, bulk=bulk), rejects)


@app.command()
def online_retail(
    files: Files,
    *,
    dry_run: DryRun = False,
    rejects: Rejects = None,
    batch_size: Batch = BATCH,
    threads: Threads = THREADS,
    bulk: Bulk = False,
) -> None:
    """Load Online Retail II: two years of a shop's invoices, with returns.

    Example: edgewise load online-retail online-retail/ --dry-run
    """
    _load_events(
        files, read_mapping("online-retail"), None, LoadOptions(batch_size, threads, dry_run, bulk=bulk), rejects
    )


@app.command()
def synthetic(
    *,
    users: Annotated[int, typer.Option(help="How many users.")] = 20,
    items: Annotated[str, typer.Option(help="How many items of each kind.")] = "movie=100,manga=50,anime=50",
    events: Annotated[int, typer.Option(help="How many events.")] = 2000,
    seed: Annotated[int, typer.Option(help="Another seed, another world.")] = 7,
    days: Annotated[int, typer.Option(help="Over which the events lie.")] = 365,
    tastes: Annotated[int | None, typer.Option(help="From 2 to 8; default: one per 5 users.")] = None,
    dry_run: DryRun = False,
    rejects: Rejects = None,
    batch_size: Batch = BATCH,
    threads: Threads = THREADS,
    bulk: Bulk = False,
) -> None:
    """Load a made-up world with a known structure, of any size; the same options always give the same world.

    Example: edgewise load synthetic --users 20 --items movie=100,manga=50,anime=50 --events 2000 --seed 7
    """
    plan = make_plan(users=users, items=counts_of_kinds(items), events=events, seed=seed, days=days, tastes=tastes)
    run_load(SyntheticWorld(plan), LoadOptions(batch_size, threads, dry_run, bulk=bulk), rejects)


def counts_of_kinds(text: str) -> dict[str, int]:
    """What `movie=100,manga=50` says. Raises SourceError."""
    counts: dict[str, int] = {}
    for part in text.split(","):
        kind, _, count = (piece.strip() for piece in part.partition("="))
        if not kind or not count.isdecimal() or kind in counts:
            raise SourceError(f"--items {text!r}: expected KIND=NUMBER for each kind, as in movie=100,manga=50.")
        counts[kind] = int(count)
    return counts


def _load_events(
    files: list[Path], mapping: EventMapping, at: datetime | None, options: LoadOptions, rejects: Path | None
) -> None:
    run_load(EventFiles(files, mapping, _moment(at)), options, rejects)


def _moment(at: datetime | None) -> datetime:
    return datetime.now(UTC) if at is None else at.replace(tzinfo=UTC)
