"""`edgewise reindex`: the vector indexes, made anew."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.table import Table

from edgewise.session import open_graph
from graph.reindex import VectorIndex
from graph.reindex import reindex as make_anew

app = typer.Typer()


@app.command()
def reindex() -> None:
    """Drop the vector indexes, make them anew from the vectors in the graph, and say what each covers.

    Example: edgewise reindex
    """
    console = Console()
    with open_graph() as graph, console.status("Filling the vector indexes …"):
        made = make_anew(graph)
    console.print(indexes_table(made))


def indexes_table(made: list[VectorIndex]) -> Table:
    """A row for each index, of slots that never held anything too."""
    table = Table("index", "model", "slot", "items covered")
    for one in made:
        table.add_row(one.name, one.model, one.slot, f"{one.items:,}")
    return table
