"""Vector indexes are made anew, whatever became of them, and find what they found."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from edgewise.main import app
from gnn.train import train
from graph.client import Graph
from graph.models import MODELS, require_active_run
from graph.records import Scored
from graph.reindex import reindex
from graph.settings import Neo4jSettings
from graph.vectors import search_vectors, user_vectors
from tests.environment import name_server
from tests.worlds.parity import ITEMS, LIKES, USERS
from tests.worlds.quick_training import quick_training
from tests.worlds.world import World, write_world

TRAINED = ("als", "two-tower")


@pytest.fixture
def trained(graph: Graph) -> Graph:
    write_world(graph, World(users=USERS, items=ITEMS, prefers=LIKES))
    train(graph, TRAINED, quick_training(5))
    return graph


def found(graph: Graph, model: str) -> list[Scored]:
    run = require_active_run(graph, model)
    user = user_vectors(graph, run.vector_property, [USERS[0]])[USERS[0]]
    return search_vectors(graph, run.item_index, [user], limit=5)[0]


def test_what_was_dropped_is_found_again(trained: Graph) -> None:
    before = {model: found(trained, model) for model in TRAINED}
    for model in TRAINED:
        trained.run_alone("maintain/drop_index", name=require_active_run(trained, model).item_index)
    covered = {one.name: one.items for one in reindex(trained)}
    assert len(covered) == 2 * len(MODELS)
    assert {name: items for name, items in covered.items() if items} == {"item_als_a": 10, "item_two-tower_a": 10}
    assert {model: found(trained, model) for model in TRAINED} == before


def test_the_command_says_what_each_index_covers(
    trained: Graph, neo4j_settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_server(neo4j_settings, monkeypatch)
    done = CliRunner().invoke(app, ["reindex"], catch_exceptions=False)
    assert done.exit_code == 0
    rows = [line.split("│") for line in done.output.splitlines() if "│" in line]
    shown = {cells[1].strip(): cells[4].strip() for cells in rows}
    assert (shown["item_als_a"], shown["item_als_b"], shown["item_two-tower_a"]) == ("10", "0", "10")
