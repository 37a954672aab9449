"""`edgewise train` as people start it: with its options, and by several processes."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from edgewise.main import app
from gnn.epoch_log import COLUMNS
from gnn.settings import TrainingSettings
from graph.client import Graph
from graph.item_item import count_edges
from graph.models import ITEM_ITEM, list_runs, require_active_run
from graph.settings import Neo4jSettings
from graph.vectors import count_vectors, item_vectors
from tests.environment import name_server
from tests.worlds.blend_weights import blend_weights
from tests.worlds.parity import ITEMS, LIKES, USERS
from tests.worlds.world import World, write_world

OPTIONS = ["--model", "lightgcn", "--epochs", "4", "--embedding-size", "8", "--seed", "9", "--device", "cpu"]


@pytest.fixture
def environment(graph: Graph, neo4j_settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch) -> Graph:
    """A graph to learn from, which the environment names."""
    write_world(graph, World(users=USERS, items=ITEMS, prefers=LIKES))
    name_server(neo4j_settings, monkeypatch)
    monkeypatch.setenv("COLUMNS", "200")
    return graph


def test_its_options_reach_the_training(environment: Graph, tmp_path: Path) -> None:
    log, kept = tmp_path / "epochs.csv", tmp_path / "kept"
    given = ["--lr", "0.03", "--batch-size", "32", "--checkpoints", str(kept), "--resume", "--log", str(log)]
    result = CliRunner().invoke(app, ["train", *OPTIONS, *given], catch_exceptions=False)
    assert result.exit_code == 0
    settings = list_runs(environment)[0].settings
    assert (settings["learning_rate"], settings["batch_size"]) == (0.03, 32)
    with log.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["stage"], row["epoch"]) for row in rows] == [
        (stage, str(number)) for stage in ("judging", "learning") for number in range(1, 5)
    ]
    assert float(rows[0]["learning_rate"]) == 0.03
    # What serves need not be resumed.
    assert kept.is_dir()
    assert not list(kept.iterdir())


def test_its_help_names_them() -> None:
    shown = CliRunner().invoke(app, ["train", "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"}).output
    for option in ("--lr", "--batch-size", "--device", "--checkpoints", "--resume", "--log", "torchrun"):
        assert option in shown


def test_item_item_is_trained_listed_and_taken_back(environment: Graph) -> None:
    runner = CliRunner()
    for _ in range(2):
        result = runner.invoke(app, ["train", "--model", ITEM_ITEM], catch_exceptions=False)
        assert result.exit_code == 0
        assert ITEM_ITEM in result.output
    second, first = list_runs(environment)
    assert [(run.model, run.slot, run.active) for run in (first, second)] == [
        (ITEM_ITEM, "a", False),
        (ITEM_ITEM, "b", True),
    ]
    assert count_edges(environment, "b", second.id)[1] > 0
    listed = runner.invoke(app, ["models", "activate", first.id], catch_exceptions=False).output
    (served,) = [line for line in listed.splitlines() if "serves" in line]
    assert first.id in served
    assert require_active_run(environment, ITEM_ITEM).slot == "a"


BY_TWO = ("torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m")


def started(*command: str) -> None:
    """Run a module in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        check=False,
        capture_output=True,
        text=True,
        timeout=240,
        env={**os.environ, "GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"},
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr


def test_two_processes_train_one_run(environment: Graph) -> None:
    def train(*launcher: str) -> np.ndarray:
        started(*launcher, "edgewise", "train", *OPTIONS)
        run = require_active_run(environment, "lightgcn")
        assert count_vectors(environment, run.vector_property) == (12, 10)
        return item_vectors(environment, run.vector_property).vectors

    both = train(*BY_TWO)
    assert len(list_runs(environment)) == 1
    alone = train()
    assert np.abs(both - alone).max() < 1e-3


def test_two_processes_train_all_models_and_their_blend(environment: Graph) -> None:
    command = ("edgewise", "train", "--model", "all", *OPTIONS[2:])
    started(*BY_TWO, *command)
    by_two = {run.model: run for run in list_runs(environment)}
    assert sorted(by_two) == sorted(TrainingSettings().models)
    assert all(run.active for run in by_two.values())
    weights = blend_weights(environment)
    started(*command)
    assert blend_weights(environment) == weights
    alone = {run.model: run for run in list_runs(environment) if run.active}
    assert all(run.metrics == pytest.approx(by_two[name].metrics, abs=1e-3) for name, run in alone.items())
