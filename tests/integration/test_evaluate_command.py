"""`edgewise evaluate` and `edgewise evaluations` on a real graph, as a person would run them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from edgewise.evaluate_commands import app
from gnn.evaluation.results import Evaluation, from_json
from graph.client import Graph
from graph.errors import EmbeddedError, InputError, SourceError, UnknownStrategy
from graph.evaluations import RecordedEvaluation, list_evaluations
from graph.ingest import record_events, write_items, write_users
from graph.scratch import PREFIX, scratch_graph
from graph.settings import Neo4jSettings, PopularitySettings, PreferenceSettings
from graph.statistics import counts
from loaders.synthetic import SyntheticWorld, make_plan
from tests.environment import name_server

WORLD = SyntheticWorld(make_plan(users=30, items={"movie": 60}, events=900, seed=5))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, neo4j_settings: Neo4jSettings) -> Path:
    """An empty current folder, also for temporary ones, with the environment naming the test server."""
    name_server(neo4j_settings, monkeypatch)
    monkeypatch.setenv("EDGEWISE_EMBEDDED_HEAP_MB", "512")
    monkeypatch.setenv("EDGEWISE_EMBEDDED_PAGE_CACHE_MB", "64")
    monkeypatch.setenv("EDGEWISE_EMBEDDED_START_TIMEOUT", "240")
    monkeypatch.setenv("EDGEWISE_LIGHTFM_EPOCHS", "2")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def world(graph: Graph, here: Path) -> Graph:
    write_users(graph, list(WORLD.users()))
    write_items(graph, list(WORLD.items()))
    record_events(graph, list(WORLD.events()), PreferenceSettings(), PopularitySettings())
    return graph


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def report(folder: Path) -> Evaluation:
    return from_json((folder / "report.json").read_text())


def only_row(graph: Graph) -> RecordedEvaluation:
    (row,) = list_evaluations(graph)
    return row


def test_strategies_are_judged_in_a_scratch_graph_and_all_of_it_is_told(world: Graph, here: Path) -> None:
    before = counts(world)
    asked = "popular, co-occurrence,lightfm"
    result = run("evaluate", "--strategies", asked, "--rolling", "1", "--top-k", "5", "--out", "reports/first")
    evaluation = report(here / "reports" / "first")
    assert [row.strategy for row in evaluation.strategies] == ["popular", "co-occurrence", "lightfm"]
    assert evaluation.conditions.asked == "serving code"
    assert "reports/first/report.html" in result.output
    assert all(name in result.output for name in ("co-occurrence", "ndcg@5", "recall@5", "against popular"))
    assert "How well strategies recommend on this graph" in (here / "reports" / "first" / "report.html").read_text()
    assert sorted(path.name for path in (here / "reports" / "first").iterdir()) == ["report.html", "report.json"]
    assert list(here.glob(f"{PREFIX}*")) == []
    assert counts(world) == before
    facts = only_row(world).facts
    assert (facts.split, facts.users, facts.items, facts.events) == ("temporal", 30, 60, 900)
    assert len(facts.cuts) == 1
    value = evaluation.strategy("lightfm").estimate("ndcg@5")
    assert facts.metrics["lightfm"]["ndcg@5"] == (value.value, value.lower, value.upper)
    assert facts.settings["models"]["lightfm"]["epochs"] == 2


def test_vectors_are_judged_in_memory_on_a_part_of_train(world: Graph, here: Path) -> None:
    options = (
        "--in-memory",
        "--split",
        "leave-last",
        "--validation",
        "--known-users",
        "--seed",
        "4",
        "--name",
        "a test",
    )
    result = run("evaluate", "--strategies", "popular", "--strategies", "lightfm", *options)
    assert "the test part was never looked at" in " ".join(result.output.split())
    facts = only_row(world).facts
    assert (facts.dataset, facts.asked, facts.validation) == ("a test", "vectors in memory", True)
    assert facts.settings["split"]["seed"] == facts.settings["models"]["lightfm"]["seed"] == 4
    listed = " ".join(run("evaluations").output.split())
    assert "leave-last, validation" in listed
    assert only_row(world).id in listed
    assert not list(here.iterdir())


def test_train_and_test_files_are_judged(world: Graph, here: Path) -> None:
    train = "".join(f"{user} {' '.join(str(user % 2 + 2 * k) for k in range(user % 3, 9))}\n" for user in range(20))
    (here / "train.txt").write_text(train)
    (here / "test.txt").write_text("".join(f"{user} {user % 2} {user % 2 + 4}\n" for user in range(20)))
    files = ("--train-file", "train.txt", "--test-file", "test.txt")
    run("evaluate", "--in-memory", "--strategies", "popular,lightfm", *files, "--out", "out")
    evaluation = report(here / "out")
    # Of two items each, one in three users has the first in train, and all have the second.
    assert evaluation.splits[0].test_pairs == sum(user % 3 > 0 for user in range(20))
    assert any("dropped" in note for note in evaluation.conditions.notes)
    assert only_row(world).facts.dataset == "train.txt"


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        (["--strategies", "popular,nonsense"], UnknownStrategy, "no strategy nonsense; choose of als, co-occurrence"),
        (["--strategies", "content", "--in-memory"], UnknownStrategy, "content cannot be evaluated in memory"),
        (["--cut", "1999-01-01"], InputError, "is outside the events, which happened from 2024-01-01"),
        (["--split", "leave-last", "--last", "900"], InputError, "and 0 to judge by"),
        (["--top-k", "51"], InputError, "serving gives 1 to 50"),
        (["--train-file", "train.txt"], InputError, "Give --train-file and --test-file together"),
        (["--train-file", "a.txt", "--test-file", "b.txt"], SourceError, "There is no file a.txt"),
        (["--split", "random", "--rolling", "3"], InputError, "--rolling means nothing with --split random"),
        (["--out", "file"], InputError, "file is a file"),
    ],
)
def test_what_cannot_be_judged_is_refused_and_leaves_nothing(
    world: Graph, here: Path, arguments: list[str], error: type[Exception], said: str
) -> None:
    (here / "file").touch()
    with pytest.raises(error, match=said):
        CliRunner().invoke(app, ["evaluate", "--out", "out", *arguments], catch_exceptions=False)
    assert list_evaluations(world) == []
    assert [path.name for path in here.iterdir()] == ["file"]


def test_an_empty_graph_is_refused(graph: Graph, here: Path) -> None:
    with pytest.raises(InputError, match="There are no events to split; load some first"):
        CliRunner().invoke(app, ["evaluate"], catch_exceptions=False)


def test_a_scratch_server_that_does_not_start_leaves_nothing(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = here / "java"
    java.write_text("#!/bin/sh\nexit 1\n")
    java.chmod(0o755)
    monkeypatch.setenv("EDGEWISE_EMBEDDED_JAVA", str(java))
    with pytest.raises(EmbeddedError), scratch_graph():
        pytest.fail("there is no Java")
    assert [path.name for path in here.iterdir()] == ["java"]
