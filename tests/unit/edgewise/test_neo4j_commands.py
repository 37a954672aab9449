"""`edgewise neo4j …` where no server is needed: help, queries to paste, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from edgewise.neo4j_commands import NOT_RUNNING, app
from graph.errors import ConfigurationError, InputError
from graph.queries import load_queries

COMMANDS = sorted(typer.main.get_group(app).commands)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGEWISE_EMBEDDED_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("EDGEWISE_NEO4J_URI", raising=False)
    monkeypatch.setenv("COLUMNS", "200")


def test_the_commands_are_these() -> None:
    assert COMMANDS == ["browser", "import", "start", "status", "stop"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(command: str) -> None:
    assert f"Example: edgewise neo4j {command}" in CliRunner().invoke(app, [command, "--help"]).output


def test_status_of_a_server_that_does_not_run(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["status"])
    assert result.exit_code == NOT_RUNNING == 3
    assert "no; start it: edgewise neo4j start" in result.output
    assert str(tmp_path / "home") in result.output


def test_stopping_one_that_does_not_run_is_fine(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["stop"])
    assert (result.exit_code, result.output) == (0, f"No server of {tmp_path / 'home'} runs.\n")


@pytest.mark.parametrize("command", [["start"], ["stop"], ["browser"], ["import", "."]])
def test_another_server_is_left_alone(command: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EDGEWISE_NEO4J_URI", "neo4j+s://db.example")
    with pytest.raises(ConfigurationError, match=r"names neo4j\+s://db\.example, a server that is not ours"):
        CliRunner().invoke(app, command, catch_exceptions=False)
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("name", ["popular_by_kind", "popular_by_kind.cypher"])
def test_a_query_is_printed_as_it_is_pasted(name: str) -> None:
    result = CliRunner().invoke(app, ["browser", name])
    assert result.output == load_queries()["explore/popular_by_kind"].text + "\n"


def test_an_unknown_query_is_answered_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"no query 'popular'.* what_is_where"):
        CliRunner().invoke(app, ["browser", "popular"], catch_exceptions=False)
