"""`edgewise experiments`: runs of models that are served side by side, and keep their slots meanwhile."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from edgewise.session import open_graph
from graph.errors import InputError
from graph.experiments import Experiment, end_experiment, list_experiments, start_experiment

app = typer.Typer(help="Runs of models that are served side by side.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Name of the experiment.")]


@app.command()
def start(
    name: Name,
    variant: Annotated[list[str], typer.Option(help="NAME=RUN, for each variant; runs are those of models list.")],
) -> None:
    """Let two or more runs be served side by side: as the strategies MODEL@RUN, whichever of them is active.

    While it goes on no training takes the slot of one of them, so a model with both slots in it is not trained.

    Example: edgewise experiments start wider --variant old=lightgcn-0123456789ab --variant new=lightgcn-ba9876543210
    """
    variants = dict(_variant(one) for one in variant)
    if len(variants) < len(variant):
        raise InputError("Two variants have one name; each needs its own.")
    with open_graph() as graph:
        start_experiment(graph, name, variants)
        Console().print(experiments_table(list_experiments(graph)))


@app.command()
def end(name: Name) -> None:
    """End an experiment, so that trainings may take the slots of its runs again.

    Example: edgewise experiments end wider
    """
    with open_graph() as graph:
        end_experiment(graph, name)
        Console().print(experiments_table(list_experiments(graph)))


@app.command(name="list")
def list_command() -> None:
    """List the experiments, the latest first, with the run that serves each variant.

    Example: edgewise experiments list
    """
    with open_graph() as graph:
        Console().print(experiments_table(list_experiments(graph)))


def experiments_table(experiments: list[Experiment]) -> Table:
    """A row for each variant."""
    table = Table("experiment", "begun (UTC)", "ended (UTC)", "variant", "run")
    for one in experiments:
        ended = f"{one.ended_at:%Y-%m-%d %H:%M}" if one.ended_at else "[green]goes on[/]"
        first = (one.name, f"{one.started_at:%Y-%m-%d %H:%M}", ended)
        for row, (variant, run) in enumerate(one.variants.items()):
            table.add_row(*(first if row == 0 else ("", "", "")), variant, run or "[dim]forgotten[/]")
    return table


def _variant(told: str) -> tuple[str, str]:
    name, _, run = told.partition("=")
    if not name or not run:
        raise InputError(f"{told!r} is no variant: write NAME=RUN, such as old=lightgcn-0123456789ab.")
    return name, run
