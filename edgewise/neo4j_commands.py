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

from graph.bulk_import import bulk_import, finish_import
from graph.client import connect
from graph.embedded import EmbeddedNeo4j, ServerStatus
from graph.errors import ConfigurationError, InputError
from graph.queries import Query, load_queries
from graph.settings import EmbeddedSettings, Neo4jSettings, PopularitySettings, PreferenceSettings, read_settings

NOT_RUNNING = 3
EXPLORE = "explore/"

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
def start(
    *, show_password: Annotated[bool, typer.Option("--show-password", help="Print the password too.")] = False
) -> None:
    """Start the server, or find it running, and print its addresses.

    Example: edgewise neo4j start
    """
    _refuse_remote()
    with embedded() as server:
        connection = server.start()
    console = Console()
    console.print(status_table(server.status(), server.password_file()))
    if show_password and connection.password:
        console.print(f"password: {connection.password.get_secret_value()}", highlight=False)


@app.command()
def stop() -> None:
    """Stop the server cleanly; fine if it does not run.

    Example: edgewise neo4j stop
    """
    _refuse_remote()
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
    query: Annotated[str | None, typer.Argument(help="Print this query, to be pasted.")] = None,
    *,
    window: Annotated[bool, typer.Option("--open", help="Open the address in a web browser.")] = False,
) -> None:
    """Say where Neo4j Browser is and how to log in, and list the queries to paste into it, or print one of them.

    Example: edgewise neo4j browser --open

    Example: edgewise neo4j browser popular_by_kind
    """
    if query is not None:
        typer.echo(explore_query(query).text)
        return
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
    """Fill an empty data folder from files at full speed, with the official import tool; the server must not run.

    Nodes come from users, items, tags and creators, relationships from has_tag, by, interacted, prefers and similar:
    NAME.csv, or parts NAME-*.csv, also .csv.gz, each with a neo4j-admin header such as `id:ID(User),createdAt:datetime`
    or `:START_ID(User),:END_ID(Item),eventId,type,value:double,at:datetime`. Times are ISO 8601, in UTC where they
    name no zone. Or all of them are .parquet, whose columns need no types. What is missing in a header is told. Then
    the server is started, and preferences (unless prefers is there) and popularity follow from the events.

    Example: edgewise neo4j import exported/
    """
    _refuse_remote()
    with embedded() as server:
        imported = bulk_import(server, folder, replace=replace)
        graph = connect(server.start())
    try:
        finish_import(graph, imported, read_settings(PreferenceSettings), read_settings(PopularitySettings))
    finally:
        graph.close()
    files = sum(len(paths) for paths in imported.groups.values())
    typer.echo(
        f"Imported {imported.nodes:,} nodes, {imported.relationships:,} relationships and {imported.properties:,} "
        f"properties from {files} files. The server is running."
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
    table = Table("query", "shows", title="To paste: edgewise neo4j browser QUERY prints it")
    for name, query in sorted(load_queries().items()):
        if name.startswith(EXPLORE):
            table.add_row(name.removeprefix(EXPLORE), query.purpose)
    return table


def explore_query(name: str) -> Query:
    """The query for people of this name, with or without `.cypher`. Raises InputError if there is none."""
    query = load_queries().get(f"{EXPLORE}{name.removesuffix('.cypher')}")
    if query is None:
        names = ", ".join(sorted(name.removeprefix(EXPLORE) for name in load_queries() if name.startswith(EXPLORE)))
        raise InputError(f"There is no query {name!r} for Neo4j Browser; there are {names}.")
    return query


def _refuse_remote() -> None:
    if uri := read_settings(Neo4jSettings).uri:
        raise ConfigurationError(
            f"EDGEWISE_NEO4J_URI names {uri}, a server that is not ours to start, stop or fill. Unset it to use the "
            "embedded server."
        )
