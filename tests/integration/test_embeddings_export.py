"""Vectors of the run that serves, as files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from edgewise.main import app
from gnn.model_settings import LightFMSettings, LightGCNSettings
from gnn.settings import TrainingSettings
from gnn.train import train
from graph.client import Graph
from graph.embeddings_export import export_embeddings
from graph.errors import InputError, ModelError, ModelNotTrained
from graph.models import require_active_run
from graph.pseudonyms import Pseudonyms
from graph.settings import Neo4jSettings
from graph.vectors import item_vectors, user_vectors
from tests.environment import name_server
from tests.worlds.parity import ITEMS, LIKES, USERS
from tests.worlds.world import World, write_world

QUICK = TrainingSettings(
    lightgcn=LightGCNSettings(embedding_size=8, epochs=2), lightfm=LightFMSettings(embedding_size=8, epochs=2)
)
SALT = b"sixteen or more bytes"


@pytest.fixture
def taste(graph: Graph) -> Graph:
    write_world(graph, World(users=USERS, items=ITEMS, prefers=LIKES))
    return graph


@pytest.mark.parametrize("model", ["lightgcn", "lightfm"])
def test_all_vectors_are_written_page_by_page_and_users_are_nobody(taste: Graph, tmp_path: Path, model: str) -> None:
    train(taste, [model], QUICK)
    told: list[tuple[str, int]] = []
    pseudonyms = Pseudonyms(SALT)
    report = export_embeddings(
        taste, model, tmp_path / "vectors", pseudonyms, 5, progress=lambda name, rows: told.append((name, rows))
    )
    assert report.rows == {"users": 12, "items": 10}
    assert told == [("users", 5), ("users", 5), ("users", 2), ("items", 5), ("items", 5)]
    run = require_active_run(taste, model)
    users, items = (pl.read_parquet(tmp_path / "vectors" / f"{name}.parquet") for name in ("users", "items"))
    stored = user_vectors(taste, run.vector_property, USERS)
    assert users["id"].to_list() == [pseudonyms.of("User", user) for user in USERS]
    assert not set(users["id"]) & set(USERS)
    np.testing.assert_array_equal(users["vector"].to_numpy(), np.stack([stored[user] for user in USERS]))
    held = item_vectors(taste, run.vector_property)
    assert items["id"].to_list() == list(held.ids)
    np.testing.assert_array_equal(items["vector"].to_numpy(), held.vectors)
    about = pq.read_schema(tmp_path / "vectors" / "users.parquet").metadata
    assert about == {b"model": model.encode(), b"run": run.id.encode(), b"embedding_size": b"8"}


def test_what_cannot_be_written_is_refused_and_leaves_nothing(taste: Graph, tmp_path: Path) -> None:
    out = tmp_path / "vectors"
    with pytest.raises(ModelError, match="item-item keeps no vectors; choose one of lightgcn"):
        export_embeddings(taste, "item-item", out, Pseudonyms(SALT), 5)
    with pytest.raises(ModelNotTrained):
        export_embeddings(taste, "lightgcn", out, Pseudonyms(SALT), 5)
    assert not list(tmp_path.iterdir())
    train(taste, ["lightgcn"], QUICK)
    export_embeddings(taste, "lightgcn", out, Pseudonyms(SALT), 100)
    with pytest.raises(InputError, match="--force"):
        export_embeddings(taste, "lightgcn", out, Pseudonyms(SALT), 100)
    export_embeddings(taste, "lightgcn", out, Pseudonyms(None), 100, force=True)
    assert pl.read_parquet(out / "users.parquet")["id"].to_list() == list(USERS)


def test_the_command_writes_them(
    taste: Graph, neo4j_settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name_server(neo4j_settings, monkeypatch)
    train(taste, ["lightgcn"], QUICK)
    done = CliRunner().invoke(app, ["export", "embeddings", "--out", str(tmp_path / "v")], catch_exceptions=False)
    assert done.exit_code == 0
    assert "12 users, 10 items" in done.output
    assert sorted(path.name for path in (tmp_path / "v").iterdir()) == ["items.parquet", "users.parquet"]
    assert CliRunner().invoke(app, ["export"]).exit_code == 2
