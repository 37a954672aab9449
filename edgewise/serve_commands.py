"""`edgewise serve`: the API."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from graph.settings import read_settings

app = typer.Typer()


@app.command()
def serve(
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on; default: EDGEWISE_API_HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="Processes that share the port; default: EDGEWISE_API_WORKERS.")
    ] = None,
    published_on_loopback: Annotated[
        bool, typer.Option("--published-on-loopback", help="In a container: its port is published to 127.0.0.1 only.")
    ] = False,
) -> None:
    """Serve recommendations as GraphQL until Ctrl-C.

    Example: edgewise serve --port 8000
    """
    from api.server import ApiServer, listen, supervise
    from api.settings import ApiSettings
    from edgewise.session import open_graph
    from edgewise.worker import make_app

    settings = read_settings(ApiSettings)
    listener = listen(
        host or settings.host,
        settings.port if port is None else port,
        published_on_loopback=published_on_loopback,
    )
    with open_graph():
        pass  # the embedded server runs, and the schema is up to date, before anybody asks
    with listener:
        if (workers or settings.workers) == 1:
            ApiServer(make_app(), listener, announce).serve_until_stopped()
        else:
            supervise("edgewise.worker:make_app", listener, workers or settings.workers, announce)


def announce(address: str) -> None:
    """Say where the API answers."""
    Console(highlight=False).print(f"GraphQL and GraphiQL: {address}  (Ctrl-C stops)", soft_wrap=True)
