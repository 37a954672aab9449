"""`edgewise erase-user`: forget somebody."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from edgewise.session import open_graph
from graph.erasure import erase_user

app = typer.Typer()


@app.command(name="erase-user")
def erase_user_command(
    user_id: Annotated[str, typer.Argument(help="Id of the user.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
) -> None:
    """Erase a user with all that is kept of them: events, answers, feedback, scores, vectors.

    What others' numbers owe to them follows with the next refresh and the next training.

    Example: edgewise erase-user 17 --yes
    """
    if not yes:
        typer.confirm(f"Erase {user_id} and all that is kept of them?", abort=True)
    with open_graph() as graph:
        gone = erase_user(graph, user_id)
    Console().print(
        f"{escape(user_id)} is erased, with {gone.events:,} events, {gone.answers:,} answers, {gone.feedback:,} of "
        f"feedback and {gone.scores:,} scores."
    )
