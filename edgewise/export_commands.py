"""`edgewise export`: a neighbourhood or the whole graph as files for other tools."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TaskID, TextColumn, TimeElapsedColumn

from edgewise.session import open_graph
from graph.client import Graph
from graph.embeddings_export import export_embeddings
from graph.errors import InputError
from graph.export import ExportReport, Format, export_graph, export_neighbourhood
from graph.models import MODELS
from graph.neighbourhood import Start, neighbourhood
from graph.pseudonyms import Pseudonyms
from graph.settings import ExportSettings, read_settings

app = typer.Typer()
SALT_BYTES = 32
ENDINGS: dict[str, Format] = {".graphml": "graphml", ".json": "json", ".parquet": "parquet"}


@app.callback(invoke_without_command=True)
def export(  # noqa: PLR0917 - Typer calls it by keyword
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="File to write; for Parquet a folder.")] = None,
    user: Annotated[str | None, typer.Option(help="Around the user with this id.")] = None,
    item: Annotated[str | None, typer.Option(help="Around the item with this id.")] = None,
    hops: Annotated[int, typer.Option(help="How far around, 1 to 4.")] = 2,
    form: Annotated[Format | None, typer.Option("--format", help="By default what the ending of --out says.")] = None,
    limit: Annotated[int | None, typer.Option(help="Most nodes around a user or item (default 500).")] = None,
    per_node: Annotated[int | None, typer.Option(help="Strongest edges per node and type (default 25).")] = None,
    *,
    events: Annotated[bool, typer.Option("--events", help="Each event too, not only preferences.")] = False,
    with_ids: Annotated[
        bool, typer.Option("--with-ids", help="Real ids of users and creators; keep the file.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace what is at --out.")] = False,
) -> None:
    """Write a neighbourhood, or the whole graph if neither --user nor --item is given.

    Ids of users and creators are replaced by keyed hashes; with EDGEWISE_EXPORT_SALT they are the same in each export.

    Example: edgewise export --user 1 --hops 2 --out around-user-1.graphml

    Example: edgewise export --out everything.parquet
    """
    if context.invoked_subcommand is not None:
        return
    if out is None:
        raise typer.BadParameter("say where the file is to be written", param_hint="--out")
    given = {"node_limit": limit, "per_node": per_node}
    settings = read_settings(ExportSettings, **{name: value for name, value in given.items() if value is not None})
    form = form or form_of(out)
    start = start_of(user, item)
    pseudonyms = Pseudonyms(None if with_ids else salt_of(settings))
    with open_graph() as graph:
        if start is None:
            report = _with_progress(graph, out, form, pseudonyms, settings, events=events, force=force)
        else:
            found = neighbourhood(graph, *start, hops, settings, events=events)
            report = export_neighbourhood(found, out, form, pseudonyms, force=force)
    _tell(report)


@app.command()
def embeddings(
    out: Annotated[Path, typer.Option(help="Folder to write: users.parquet and items.parquet.")],
    model: Annotated[str, typer.Option(help="Whose vectors: those of the run that serves.")] = MODELS[0],
    *,
    with_ids: Annotated[bool, typer.Option("--with-ids", help="Real ids of users; keep the files.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace what is at --out.")] = False,
) -> None:
    """Write the vectors of users and items that serve, as Parquet; users by keyed hashes, as in other exports.

    Example: edgewise export embeddings --model lightgcn --out vectors
    """
    settings = read_settings(ExportSettings)
    pseudonyms = Pseudonyms(None if with_ids else salt_of(settings))
    with open_graph() as graph, _bars() as advance:
        report = export_embeddings(graph, model, out, pseudonyms, settings.page, force=force, progress=advance)
    _tell(report)


def form_of(out: Path) -> Format:
    """The form that the ending of a path names. Raises InputError for another."""
    if out.suffix not in ENDINGS:
        raise InputError(f"{out} ends with none of {', '.join(ENDINGS)}; name the form with --format.")
    return ENDINGS[out.suffix]


def start_of(user: str | None, item: str | None) -> tuple[Start, str] | None:
    """What a neighbourhood is drawn around; None for the whole graph. Raises InputError for two starts."""
    if user is not None and item is not None:
        raise InputError("A neighbourhood has one start: give --user or --item, not both.")
    if user is not None:
        return "User", user
    return ("Item", item) if item is not None else None


def salt_of(settings: ExportSettings) -> bytes:
    """The salt of the settings, else one that is used once and forgotten."""
    return settings.salt.get_secret_value().encode() if settings.salt else secrets.token_bytes(SALT_BYTES)


def _with_progress(
    graph: Graph,
    out: Path,
    form: Format,
    pseudonyms: Pseudonyms,
    settings: ExportSettings,
    *,
    events: bool,
    force: bool,
) -> ExportReport:
    with _bars() as advance:
        return export_graph(graph, out, form, pseudonyms, settings, events=events, force=force, progress=advance)


@contextmanager
def _bars() -> Iterator[Callable[[str, int], None]]:
    """What counts rows, a line for each table."""
    columns = (TextColumn("{task.description}"), TextColumn("{task.completed:,.0f} rows"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def advance(table: str, rows: int) -> None:
            if table not in tasks:
                tasks[table] = bars.add_task(table, total=None)
            bars.advance(tasks[table], rows)

        yield advance


def _tell(report: ExportReport) -> None:
    console = Console(highlight=False)
    counts = ", ".join(f"{rows:,} {name}" for name, rows in report.rows.items())
    console.print(f"Wrote {report.path}: {counts}.", markup=False, soft_wrap=True)
    if report.cut:
        console.print(f"Not all of it: {report.cut}.", markup=False, soft_wrap=True)
