"""The demo, whole, as a user runs it: a small MovieLens, the real server, the models, the API over HTTP."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from graph.client import Graph
from graph.models import active_runs
from graph.settings import Neo4jSettings
from graph.statistics import counts
from tests.environment import environment_of

USERS, MOVIES = 40, 60


@pytest.fixture
def movielens(tmp_path: Path) -> Path:
    """Users of even ids like movies of even ids, the others the odd ones; each has rated 25."""
    folder = tmp_path / "small"
    folder.mkdir()
    movies = [f"{number},Film {number} (1999),{'Comedy' if number % 2 else 'Drama'}" for number in range(MOVIES)]
    (folder / "movies.csv").write_text("\n".join(["movieId,title,genres", *movies]) + "\n")
    ratings = [
        f"{user},{(user + 2 * step) % MOVIES},5.0,{1_500_000_000 + 86_400 * step + user}"
        for user in range(1, USERS + 1)
        for step in range(25)
    ]
    (folder / "ratings.csv").write_text("\n".join(["userId,movieId,rating,timestamp", *ratings]) + "\n")
    (folder / "tags.csv").write_text("userId,movieId,tag,timestamp\n1,1,funny,1500000000\n")
    return folder


def run_demo(movielens: Path, settings: Neo4jSettings, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = environment_of(settings, COLUMNS="200")
    command = [sys.executable, "-m", "edgewise", "demo", "--data", str(movielens)]
    return subprocess.run(
        command, check=False, cwd=folder, env=environment, capture_output=True, text=True, timeout=240
    )


def test_demo_answers_and_a_second_run_does_nothing_twice(
    graph: Graph, neo4j_settings: Neo4jSettings, movielens: Path, tmp_path: Path
) -> None:
    first = run_demo(movielens, neo4j_settings, tmp_path)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "For user 1, who likes Film" in first.stdout
    assert "lightgcn" in first.stdout
    assert "/graphql" in first.stdout
    assert "Training lightfm" in first.stdout
    assert "Warning" not in first.stderr
    runs = active_runs(graph)
    assert set(runs) == {"lightgcn", "lightfm", "item-item"}
    assert counts(graph).events == USERS * 25

    second = run_demo(movielens, neo4j_settings, tmp_path)
    assert second.returncode == 0, second.stdout + second.stderr
    assert "Found movielens in the graph already" in second.stdout
    assert "Training" not in second.stdout
    assert active_runs(graph) == runs
    assert counts(graph).events == USERS * 25


def test_a_folder_that_is_no_movielens_is_refused_before_anything_starts(
    neo4j_settings: Neo4jSettings, tmp_path: Path
) -> None:
    done = run_demo(tmp_path, neo4j_settings, tmp_path)
    assert done.returncode == 2
    assert "BAD_SOURCE" in done.stderr
    assert "Traceback" not in done.stderr
