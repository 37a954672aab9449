"""`edgewise models`: the trainings, which of them serve, and the way back."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from edgewise.session import open_graph
from gnn.gate import gate_metric
from graph.models import ModelRun, activate, list_runs
from graph.run_history import roll_back, runs_by_id
from recommend.placing import place_all

app = typer.Typer(help="The trainings: which of them serve, and the way back to an older one.")
FIRST = typer.Option(min=1, max=1000, help="How many trainings.")


@app.callback(invoke_without_command=True)
def models(context: typer.Context, first: Annotated[int, FIRST] = 20) -> None:
    """List the trainings, newest first; `edgewise models list` does the same.

    Example: edgewise models --first 5
    """
    if context.invoked_subcommand is None:
        list_command(first)


@app.command(name="list")
def list_command(first: Annotated[int, FIRST] = 20) -> None:
    """List the trainings, newest first, which of them serve, and which were held back and why.

    Example: edgewise models list --first 5
    """
    with open_graph() as graph:
        Console().print(runs_table(list_runs(graph, first)))


@app.command(name="activate")
def activate_command(
    run: Annotated[str, typer.Argument(help="Id of the training, from edgewise models list.")],
) -> None:
    """Let a training serve from now on, in one write; also one that was held back.

    Example: edgewise models activate lightgcn-0123456789ab
    """
    with open_graph() as graph:
        activate(graph, run)
        place_all(graph)
        Console().print(runs_table(runs_by_id(graph, [run])))


@app.command(name="rollback")
def rollback_command(model: Annotated[str, typer.Argument(help="Which model, such as lightgcn.")]) -> None:
    """Let the training serve again that served a model before the one that does now.

    Example: edgewise models rollback lightgcn
    """
    with open_graph() as graph:
        run = roll_back(graph, model)
        # It served at once; items newer than it come to it now.
        place_all(graph)
        Console().print(runs_table(runs_by_id(graph, [run])))


@app.command(name="compare")
def compare_command(
    one: Annotated[str, typer.Argument(help="Id of a training.")],
    other: Annotated[str, typer.Argument(help="Id of another.")],
) -> None:
    """Set two trainings side by side: sizes, metrics, and the settings and versions in which they differ.

    Example: edgewise models compare lightgcn-0123456789ab lightgcn-ba9876543210
    """
    with open_graph() as graph:
        Console().print(comparison(*runs_by_id(graph, [one, other])))


def runs_table(runs: list[ModelRun]) -> Table:
    """Trainings, newest first."""
    run_id = Column("run", no_wrap=True, min_width=max([len(run.id) for run in runs], default=0))
    table = Table(run_id, "status", "slot", "begun (UTC)", "seconds", "judged by", "value", "why")
    for run in runs:
        name = gate_metric(run.metrics)
        table.add_row(
            run.id,
            status(run),
            run.slot or "",
            f"{run.created_at:%Y-%m-%d %H:%M}",
            "" if run.seconds is None else f"{run.seconds:.1f}",
            name or "",
            f"{run.metrics[name]:.4f}" if name else "",
            escape(run.error or run.refusal or ""),
        )
    return table


def status(run: ModelRun) -> str:
    """In a word: whether it serves, and if not, why not."""
    if run.active:
        return "[green]serves[/]"
    return "[yellow]held back[/]" if run.refusal and run.status == "ready" else run.status


def comparison(one: ModelRun, other: ModelRun) -> Table:
    """Rows of what both have, in which they may differ."""
    table = Table("", one.id, other.id)
    table.add_row("status", status(one), status(other))
    for name in ("created_at", "seconds", "embedding_size", "users", "items", "preferences"):
        table.add_row(name, *(_shown(getattr(run, name)) for run in (one, other)))
    for name in sorted({*one.metrics, *other.metrics}):
        table.add_row(name, *(_shown(run.metrics.get(name)) for run in (one, other)))
    for kind in ("settings", "versions"):
        ours, theirs = getattr(one, kind), getattr(other, kind)
        for name in sorted(key for key in {*ours, *theirs} if ours.get(key) != theirs.get(key)):
            table.add_row(f"{kind}.{name}", _shown(ours.get(name)), _shown(theirs.get(name)))
    return table


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4f}"
    return escape(value if isinstance(value, str) else json.dumps(value, default=str).strip('"'))
