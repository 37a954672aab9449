"""`edgewise load …` on a real graph, as a person would run it."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from edgewise.load_commands import app
from graph.catalog import items_by_id
from graph.client import Graph
from graph.errors import SourceError
from graph.settings import Neo4jSettings
from graph.statistics import counts
from tests.environment import name_server
from tests.worlds.derived import read_derived

ROOT = Path(__file__).parents[2]
NOWHERE = "bolt://127.0.0.1:1"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, neo4j_settings: Neo4jSettings) -> Path:
    """An empty current folder, with the environment naming the test server."""
    name_server(neo4j_settings, monkeypatch)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(app, [*arguments, "--batch-size", "500"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def row(result: Result, name: str) -> list[str]:
    line = next(line for line in result.output.splitlines() if line.startswith(f"│ {name} "))
    return [cell.strip() for cell in line.strip("│").split("│")][1:]


def test_a_synthetic_world_is_loaded_once_and_then_recognised(graph: Graph, here: Path) -> None:
    options = (
        "synthetic",
        "--users",
        "20",
        "--items",
        "movie=100,manga=50,anime=50",
        "--events",
        "1000",
        "--seed",
        "7",
    )
    first = run(*options)
    before, derived = counts(graph), read_derived(graph)
    second = run(*options)
    assert [row(first, name) for name in ("users", "items", "events")] == [
        ["20", "0", "0"],
        ["200", "0", "0"],
        ["1,000", "0", "0"],
    ]
    assert row(second, "events") == ["0", "1,000", "0"]
    assert (before.users, before.items, before.events) == (20, 200, 1000)
    assert counts(graph) == before
    assert read_derived(graph) == derived
    assert {pair.weight < 0 for pair in derived.values()} == {True, False}


def test_movielens_becomes_films_tags_and_preferences_of_both_signs(graph: Graph, here: Path) -> None:
    folder = here / "ml"
    folder.mkdir()
    (folder / "movies.csv").write_text("movieId,title,genres\n1,Heat (1995),Crime\n2,Big (1988),Comedy\n")
    (folder / "tags.csv").write_text("userId,movieId,tag,timestamp\n9,1,Slow,1\n8,1,slow,1\n")
    (folder / "ratings.csv").write_text(
        "userId,movieId,rating,timestamp\n7,1,5.0,964982703\n7,2,0.5,964982704\n7,2,11,964982704\n7,3,4,964982704\n"
    )
    result = run("movielens", str(folder))
    assert row(result, "events") == ["2", "0", "2"]
    assert "the rating is not above 0 and up to 5" in result.output
    with (here / "rejects" / "movielens.csv").open() as file:
        assert [(line["line"], line["text"]) for line in csv.DictReader(file)] == [
            ("4", "7,2,11,964982704"),
            ("5", "7,3,4,964982704"),
        ]
    weights = {pair: derived.weight for pair, derived in read_derived(graph).items()}
    assert weights == pytest.approx({("7", "1"): 2.0, ("7", "2"): -1.6})
    heat = items_by_id(graph, ["1"])["1"]
    assert (heat.kind, heat.title, dict(heat.tags)) == ("movie", "Heat (1995)", {"Crime": 1.0, "slow": 0.5})


def test_events_of_columns_and_of_a_shipped_mapping_are_loaded(graph: Graph, here: Path) -> None:
    (here / "log.csv").write_text("who,what,did\nu1,i1,purchase\nu1,i1,return\nu2,i1,like\n")
    result = run(
        "events", "log.csv", "--columns", "user=who,item=what,type=did", "--kind", "lamp", "--at", "2026-01-01"
    )
    assert "3 events had no time and took 2026-01-01 00:00:00 UTC" in result.output
    (here / "users_interactions.csv").write_text(
        "timestamp,eventType,contentId,personId,sessionId\n1465413032,VIEW,-1,-2,3\n1465413032,OTHER,-1,-2,3\n"
    )
    assert row(run("deskdrop", "."), "events") == ["1", "0", "1"]
    (here / "train.txt").write_text("0 1 2\n")
    assert row(run("pairs", "train.txt", "--name", "tiny"), "events") == ["2", "0", "0"]
    assert counts(graph).events == 6
    assert items_by_id(graph, ["i1"])["i1"].kind == "lamp"


def test_a_dry_run_writes_nothing_and_needs_no_server(
    graph: Graph, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDGEWISE_NEO4J_URI", NOWHERE)
    result = run("synthetic", "--events", "100", "--dry-run")
    assert "nothing written" in result.output
    assert row(result, "events") == ["100", "0", "0"]
    assert counts(graph).events == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["events", "log.csv"], "Say what the columns are"),
        (["events", "log.csv", "--columns", "user=a,item=b", "--mapping", "deskdrop"], "Say what the columns are"),
        (["synthetic", "--items", "movie"], "expected KIND=NUMBER"),
        (["synthetic", "--users", "0"], "users"),
        (["online-retail", "."], "has no file like online_retail_"),
    ],
)
def test_what_cannot_be_loaded_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match=said):
        CliRunner().invoke(app, arguments, catch_exceptions=False)


def test_a_refusal_is_a_message_and_an_exit_code_without_a_traceback(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "edgewise", "load", "movielens", str(tmp_path), "--dry-run"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "BAD_SOURCE" in ended.stderr
    assert "Expected movies.csv" in ended.stderr
    assert "Traceback" not in ended.stderr
