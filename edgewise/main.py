"""Entry point of the `edgewise` command: gathers the commands and turns our errors into plain messages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from edgewise import (
    bandit_commands,
    churn_commands,
    config_commands,
    demo,
    erase_commands,
    evaluate_commands,
    experiment_commands,
    export_commands,
    load_commands,
    model_commands,
    neo4j_commands,
    nightly_commands,
    recommend_commands,
    refresh_commands,
    reindex_commands,
    serve_commands,
    settings_file,
    stats_commands,
    train_commands,
)
from edgewise.doctor import Finding, examine
from graph.errors import EdgewiseError

EXIT_BAD = 2
MARKS = {"ok": "[green]ok[/]", "note": "[yellow]note[/]", "wrong": "[red]wrong[/]"}

app = typer.Typer(
    name="edgewise",
    help="A recommender whose database is the model. Start with: edgewise demo",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(neo4j_commands.app, name="neo4j")
app.add_typer(load_commands.app, name="load")
app.add_typer(config_commands.app, name="config")
app.add_typer(model_commands.app, name="models")
app.add_typer(export_commands.app, name="export")
app.add_typer(bandit_commands.app, name="bandit")
app.add_typer(churn_commands.app, name="churn")
app.add_typer(stats_commands.app, name="stats")
app.add_typer(experiment_commands.app, name="experiments")
for commands in (
    demo,
    erase_commands,
    evaluate_commands,
    nightly_commands,
    recommend_commands,
    refresh_commands,
    reindex_commands,
    serve_commands,
    train_commands,
):
    app.add_typer(commands.app)


@app.callback()
def common(
    settings: Annotated[
        Path | None,
        typer.Option(envvar=settings_file.VARIABLE, help="TOML or YAML file with settings; set variables win."),
    ] = None,
) -> None:
    """What every command takes, before its name."""
    if settings is not None:
        settings_file.apply(settings)


@app.command()
def doctor() -> None:
    """Say what this machine lacks and how to get it; exits with 1 if something needed is missing.

    Example: edgewise doctor
    """
    findings = list(examine())
    Console().print(findings_table(findings))
    raise typer.Exit(any(finding.level == "wrong" for finding in findings))


def findings_table(findings: list[Finding]) -> Table:
    """The report of the doctor."""
    table = Table("", "what", "seen", "what to do")
    for finding in findings:
        table.add_row(MARKS[finding.level], finding.name, finding.detail, finding.fix)
    return table


def main() -> None:
    """Run the command line; our own errors become one message and exit code 2."""
    try:
        app()
    except EdgewiseError as error:
        Console(stderr=True, highlight=False).print(f"[red]{error.code}[/] {escape(str(error))}", soft_wrap=True)
        sys.exit(EXIT_BAD)
