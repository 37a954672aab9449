"""The life of a model: the gate, the way back, what is forgotten, and trainings that are killed."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from edgewise.main import app
from gnn.model_settings import LightGCNSettings
from gnn.settings import RunSettings, TrainingSettings
from gnn.train import train
from graph.client import Graph
from graph.errors import ModelError
from graph.models import BLEND, ITEM_ITEM, active_runs, list_runs, require_active_run, start_run
from graph.run_history import roll_back, runs_by_id, serving_run, tidy
from graph.settings import Neo4jSettings
from recommend.protocol import Ask
from recommend.registry import strategies
from recommend.settings import RecommendSettings
from tests.environment import name_server
from tests.worlds.killed_training import killed
from tests.worlds.world import World, write_world

USERS = tuple(f"u{k:02}" for k in range(24))
ITEMS = tuple(f"i{k:02}" for k in range(20))
LIKES = {(USERS[u], ITEMS[i]): 2.0 for u in range(24) for i in range(20) if u % 2 == i % 2 and (u // 2 + i // 2) % 5}
GOOD = TrainingSettings(
    seed=1, most_lost=0.1, lightgcn=LightGCNSettings(embedding_size=8, epochs=10, score="cosine"), run=RunSettings()
)
NOISE = LightGCNSettings(embedding_size=2, layers=1, epochs=1, learning_rate=1e-6, start="normal", score="cosine")
"""Two numbers a node that were never taught anything."""
BAD = GOOD.model_copy(update={"lightgcn": NOISE})


@pytest.fixture
def taste(graph: Graph) -> Graph:
    write_world(graph, World(users=USERS, items=ITEMS, prefers=LIKES))
    return graph


@pytest.fixture
def command(taste: Graph, neo4j_settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """For `edgewise` on that graph."""
    name_server(neo4j_settings, monkeypatch)
    monkeypatch.setenv("COLUMNS", "250")
    return CliRunner()


def served(graph: Graph) -> dict[str, object]:
    """Which run serves each model, and what every learned strategy gives everyone."""
    known = strategies(graph, RecommendSettings())
    asks = [Ask(user, 5) for user in USERS]
    lists = {name: known[name].candidates(asks) for name in ("lightgcn", ITEM_ITEM, BLEND)}
    return {"runs": {model: run.id for model, run in active_runs(graph).items()}, **lists}


def test_a_model_that_is_clearly_worse_is_held_back(taste: Graph) -> None:
    (good,) = train(taste, ["lightgcn"], GOOD)
    assert good.handover.before is None
    before = require_active_run(taste, "lightgcn")
    (bad,) = train(taste, ["lightgcn"], BAD)
    assert bad.facts.metrics["ndcg@10"] < 0.9 * good.facts.metrics["ndcg@10"]
    assert bad.handover.before is not None
    assert bad.handover.before.id == good.run_id
    assert bad.handover.refusal is not None
    assert "more than 10% below" in bad.handover.refusal
    assert require_active_run(taste, "lightgcn") == before
    held = list_runs(taste, 1)[0]
    assert (held.id, held.status, held.refusal) == (bad.run_id, "ready", bad.handover.refusal)
    with pytest.raises(ModelError, match="no other run that could serve"):
        roll_back(taste, "lightgcn")


def test_force_lets_it_serve_and_the_way_back_is_one_write(taste: Graph) -> None:
    (good,) = train(taste, ["lightgcn"], GOOD)
    forced = BAD.model_copy(update={"run": RunSettings(force=True)})
    (bad,) = train(taste, ["lightgcn"], forced)
    assert (bad.handover.refusal, require_active_run(taste, "lightgcn").id) == (None, bad.run_id)
    lightgcn = strategies(taste, RecommendSettings())["lightgcn"]
    wide = lightgcn.candidates([Ask(USERS[0], 5)])
    assert roll_back(taste, "lightgcn") == good.run_id
    # Vectors of another size are in another slot, which has an index of its own.
    assert [require_active_run(taste, "lightgcn").embedding_size, bad.facts.embedding_size] == [8, 2]
    assert lightgcn.candidates([Ask(USERS[0], 5)]) != wide
    assert roll_back(taste, "lightgcn") == bad.run_id
    assert lightgcn.candidates([Ask(USERS[0], 5)]) == wide


def test_a_run_says_what_it_was_made_with(taste: Graph) -> None:
    train(taste, [ITEM_ITEM], GOOD)
    run = serving_run(taste, ITEM_ITEM)
    assert run is not None
    assert {"python", "scipy", "edgewise", "system"} <= set(run.versions)
    assert run.active
    assert runs_by_id(taste, [run.id]) == [run]
    assert serving_run(taste, "lightfm") is None


def test_old_runs_are_forgotten_but_for_what_can_serve(taste: Graph) -> None:
    few = GOOD.model_copy(update={"keep_runs": 1, "lightgcn": NOISE, "most_lost": 1.0})
    runs = [train(taste, ["lightgcn"], few)[0].run_id for _ in range(5)]
    assert tidy(taste, "lightgcn", 1) == 1
    assert [run.id for run in list_runs(taste)] == [runs[4], runs[3], runs[2]]
    assert [run.status for run in list_runs(taste)] == ["ready", "ready", "replaced"]


def test_a_training_that_was_killed_long_ago_has_failed(taste: Graph) -> None:
    start_run(taste, "lightgcn", "now", {}, {})
    start_run(taste, "lightgcn", "killed", {}, {})
    statement = "CYPHER 25 MATCH (run:ModelRun {id: 'killed'}) SET run.createdAt = datetime() - duration({hours: 25})"
    taste._driver.execute_query(statement)
    tidy(taste, "lightgcn", 5)
    found = {run.id: (run.status, run.error) for run in list_runs(taste)}
    assert found["now"] == ("training", None)
    assert found["killed"] == ("failed", "killed: no end was recorded within 24 hours")


def test_the_commands_list_compare_activate_and_go_back(taste: Graph, command: CliRunner) -> None:
    (good,) = train(taste, ["lightgcn"], GOOD)
    (bad,) = train(taste, ["lightgcn"], BAD)
    listed = command.invoke(app, ["models", "list"], catch_exceptions=False).output
    assert command.invoke(app, ["models"], catch_exceptions=False).output == listed
    assert "held back" in listed
    assert "below the" in listed
    compared = command.invoke(app, ["models", "compare", good.run_id, bad.run_id], catch_exceptions=False).output
    (row,) = [line for line in compared.splitlines() if "settings.layers" in line]
    assert [cell.strip() for cell in row.strip("│").split("│")] == ["settings.layers", "2", "1"]
    assert "settings.temperature" not in compared
    command.invoke(app, ["models", "activate", bad.run_id], catch_exceptions=False)
    assert require_active_run(taste, "lightgcn").id == bad.run_id
    back = command.invoke(app, ["models", "rollback", "lightgcn"], catch_exceptions=False).output
    assert good.run_id in back
    assert require_active_run(taste, "lightgcn").id == good.run_id


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["activate", "nothing"], "cannot serve: it is unknown"),
        (["rollback", "svd"], "There is no model 'svd'"),
        (["rollback", "lightfm"], "no other run"),
        (["compare", "one", "other"], "There is no run one, other"),
    ],
)
def test_wrong_runs_and_models_are_refused(command: CliRunner, arguments: list[str], said: str) -> None:
    with pytest.raises(ModelError, match=said):
        command.invoke(app, ["models", *arguments], catch_exceptions=False)


DEATHS = {
    ("lightgcn", ITEM_ITEM, BLEND): [
        "models/start_run",
        "models/claim_slot",
        "models/clear_user_vectors",
        "models/write_user_vectors",
        "models/write_item_vectors",
        "models/search_vectors",
        "models/finish_run",
        "models/activate_run",
    ],
    (ITEM_ITEM,): ["models/clear_item_edges", "models/write_item_edges", "models/count_item_edges"],
    (BLEND,): ["models/finish_blend", "models/activate_run"],
}


@pytest.mark.parametrize("models", DEATHS, ids=" ".join)
def test_a_training_that_is_killed_leaves_what_serves(
    taste: Graph, command: CliRunner, tmp_path: Path, models: tuple[str, ...]
) -> None:
    train(taste, ["lightgcn", ITEM_ITEM, BLEND], GOOD)
    before = served(taste)
    told = killed(models, DEATHS[models], tmp_path / "plan.json")
    assert told == [word for death in DEATHS[models] for word in (death, str(int(signal.SIGKILL)))]
    assert served(taste) == before
    # And the next one is not hindered by what they left.
    forced = GOOD.model_copy(update={"run": RunSettings(force=True)})
    assert [report.handover.refusal for report in train(taste, list(models), forced)] == [None] * len(models)
    assert all(run.active for run in list_runs(taste, len(models)))
