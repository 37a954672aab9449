"""`edgewise config`: the settings in use, and which of them the environment has changed."""

from __future__ import annotations

import os
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from edgewise.settings_table import settings_classes, settings_of
from graph.settings import read_settings

app = typer.Typer(help="The settings in use.", invoke_without_command=True)


@app.callback()
def config(context: typer.Context) -> None:
    """Show every setting in use, as `edgewise config show` does."""
    if context.invoked_subcommand is None:
        show()


@app.command()
def show(
    *,
    changed: Annotated[bool, typer.Option("--changed", help="Only those that the environment or a file sets.")] = False,
) -> None:
    """Show every setting in use; secrets are masked. A wrong one is refused, with what is wrong about it.

    Example: edgewise config show --changed
    """
    Console().print(config_table(only_changed=changed))


def config_table(*, only_changed: bool) -> Table:
    """Name, value and meaning of the settings; those from the environment stand out. Raises ConfigurationError."""
    environment = {name.upper() for name in os.environ}
    table = Table("variable", "value", "meaning")
    for cls in settings_classes():
        values = read_settings(cls)
        for setting, field in zip(settings_of(cls), cls.model_fields, strict=True):
            is_set = setting.name in environment
            if is_set or not only_changed:
                style = "bold" if is_set else None
                table.add_row(setting.name, escape(str(getattr(values, field))), setting.meaning, style=style)
    return table
