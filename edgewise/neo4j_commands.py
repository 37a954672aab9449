"""`edgewise neo4j …`: the embedded server by hand."""

from __future__ import annotations

import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from graph.bulk_import import bulk_import
from graph.embedded import EmbeddedNeo4j, ServerStatus
from graph.errors import EmbeddedError
from graph.queries import load_queries
from graph.settings import EmbeddedSettings, Neo4jSettings, read_settings

NOT_RUNNING = 3

app = typer.Typer(help="The embedded Neo4j: start, stop, look at, fill.", no_args_is_help=True)


@contextmanager
def embedded() -> Iterator[EmbeddedNeo4j]:
    """The embedded server of the settings; shows a bar while its jars are fetched."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task("Fetching Neo4j (155 MB, once)")

    def show(done: int, total: int) -> None:
        bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield EmbeddedNeo4j(read_settings(EmbeddedSettings), show)
    finally:
        if bar.live.is_started:
            bar.stop()


@app.command()
def start() -> None:
    """Start the server, or find it running, and print its addresses.

    Example: edgewise neo4j start
    """
    _refuse_remote()
    with embedded() as server:
        server.start()
    Console().print(status_table(server.status(), server.password_file()))


@app.command()
def stop() -> None:
    """Stop the server cleanly; fine if it does not run.

    Example: edgewise neo4j stop
    """
    with embedded() as server:
        stopped = server.stop()
    typer.echo(f"Stopped the server of {server.home}." if stopped else f"No server of {server.home} runs.")


@app.command()
def status() -> None:
    """Say whether the server runs and where; exits with 0 if it does, 3 if not.

    Example: edgewise neo4j status
    """
    with embedded() as server:
        found = server.status()
    Console().print(status_table(found, server.password_file()))
    raise typer.Exit(0 if found.running else NOT_RUNNING)


@app.command()
def browser(
    *, window: Annotated[bool, typer.Option("--open/--print", help="Open it, or print the address only.")] = True
) -> None:
    """Open Neo4j Browser and list the queries to paste into it.

    Example: edgewise neo4j browser
    """
    _refuse_remote()
    with embedded() as server:
        server.start()
    found = server.status()
    console = Console()
    console.print(status_table(found, server.password_file()))
    console.print(explore_table())
    if window and found.browser_uri:
        webbrowser.open(found.browser_uri)


@app.command("import")
def import_(
    folder: Annotated[Path, typer.Argument(help="Folder of users.csv, items.csv, interacted.csv … (see below).")],
    *,
    replace: Annotated[bool, typer.Option("--replace", help="Delete what the database holds.")] = False,
) -> None:
    """Fill an empty data folder from CSV files with the official import tool, at full speed; the server must be stopped.

    Nodes come from users, items, tags and creators, relationships from has_tag, by, interacted, prefers and similar:
    NAME.csv, or parts NAME-*.csv, also .csv.gz, each with a neo4j-admin header such as `id:ID(User),createdAt:datetime`
    or `:START_ID(User),eventId,type,at:datetime,:END_ID(Item)`. Times are ISO 8601 with a zone.

    Example: edgewise neo4j import exported/
    """
    _refuse_remote()
    with embedded() as server:
        report = bulk_import(server, folder, replace=replace)
    typer.echo(
        f"Imported {report.nodes:,} nodes, {report.relationships:,} relationships and {report.properties:,} properties "
        f"from {len(report.files)} files. Next: edgewise neo4j start"
    )


def status_table(found: ServerStatus, password_file: Path) -> Table:
    """Whether the server runs, where, and how to log in."""
    table = Table("embedded Neo4j", found.version)
    table.add_row("running", f"yes, process {found.pid}" if found.running else "no; start it: edgewise neo4j start")
    table.add_row("data folder", str(found.home))
    if found.running:
        table.add_row("Bolt", found.bolt_uri)
        table.add_row("Neo4j Browser", found.browser_uri)
        table.add_row("login", f"user neo4j, password in {password_file}")
    return table


def explore_table() -> Table:
    """The queries of cypher/explore, for people."""
    table = Table("paste from cypher/explore/", "to see")
    for name, query in sorted(load_queries().items()):
        if name.startswith("explore/"):
            table.add_row(f"{name.removeprefix('explore/')}.cypher", query.purpose)
    return table


def _refuse_remote() -> None:
    if uri := read_settings(Neo4jSettings).uri:
        raise EmbeddedError(f"EDGEWISE_NEO4J_URI names {uri}; unset it to use the embedded server.")
