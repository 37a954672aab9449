"""The real server as a process of its own, asked over HTTP on loopback."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import httpx
import pytest

from api.server import listen
from graph.client import Graph
from graph.settings import Neo4jSettings
from tests.worlds.api import shelf
from tests.worlds.world import write_world


def environment(settings: Neo4jSettings) -> dict[str, str]:
    password = settings.password.get_secret_value() if settings.password else ""
    return os.environ | {
        "EDGEWISE_NEO4J_URI": str(settings.uri),
        "EDGEWISE_NEO4J_PASSWORD": password,
        "PYTHONUNBUFFERED": "1",
        "COLUMNS": "200",
    }


def edgewise(settings: Neo4jSettings, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "edgewise", *arguments]
    return subprocess.run(command, env=environment(settings), capture_output=True, text=True, timeout=60, check=False)


@contextmanager
def serving(settings: Neo4jSettings, *options: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "edgewise", "serve", *options]
    process = subprocess.Popen(command, env=environment(settings), stdout=subprocess.PIPE, text=True)
    with process:
        try:
            yield process
        finally:
            process.kill()


def announced(output: IO[str] | None) -> str:
    """The address in the line that the server prints once it answers."""
    assert output is not None
    for line in output:
        if match := re.search(r"http://\S+/graphql", line):
            return match[0]
    raise AssertionError("the server ended without a word")


def test_it_serves_until_it_is_told_to_stop(graph: Graph, neo4j_settings: Neo4jSettings) -> None:
    write_world(graph, shelf())
    with serving(neo4j_settings, "--port", "0") as process:
        address = announced(process.stdout)
        assert address.startswith("http://127.0.0.1:")
        query = '{ user(id: "user-1") { recommendations(first: 2) { recommendations { item { id } } } } }'
        answer = httpx.post(address, json={"query": query}, timeout=30)
        assert answer.status_code == 200
        assert len(answer.json()["data"]["user"]["recommendations"]["recommendations"]) == 2
        assert httpx.get(address.replace("/graphql", "/readyz"), timeout=30).status_code == 200
        assert "GraphiQL" in httpx.get(address, headers={"accept": "text/html"}, timeout=30).text
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) in {0, -signal.SIGTERM}


def test_it_refuses_to_be_reached_by_others(neo4j_settings: Neo4jSettings) -> None:
    ended = edgewise(neo4j_settings, "serve", "--host", "0.0.0.0")  # noqa: S104 — refused
    assert ended.returncode == 2
    assert "no login yet" in ended.stderr


def test_a_taken_port_is_said_plainly(neo4j_settings: Neo4jSettings) -> None:
    with listen("127.0.0.1", 0) as listener:
        port = str(listener.getsockname()[1])
        ended = edgewise(neo4j_settings, "serve", "--port", port)
    assert ended.returncode == 2
    assert f"Cannot listen on 127.0.0.1:{port}" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_recommend_prints_titles_scores_and_reasons(graph: Graph, neo4j_settings: Neo4jSettings) -> None:
    write_world(graph, shelf())
    ended = edgewise(neo4j_settings, "recommend", "fan-1", "--first", "3", "--kind", "film", "--strategy", "popular")
    assert ended.returncode == 0, ended.stderr
    assert "Aliens" in ended.stdout
    assert "popular" in ended.stdout
    similar = edgewise(neo4j_settings, "recommend", "user-0", "--first", "1", "--kind", "film")
    assert "Alien [1979]" in similar.stdout, "brackets are part of the title"


def test_stats_prints_sizes(graph: Graph, neo4j_settings: Neo4jSettings) -> None:
    write_world(graph, shelf())
    ended = edgewise(neo4j_settings, "stats")
    assert ended.returncode == 0, ended.stderr
    assert re.search(r"items\s+│\s+120\s+│\s+film 80, book 40", ended.stdout)
    assert re.search(r"events\s+│\s+20\s+│\s+of the newest 20: like 10, view 10", ended.stdout)


@pytest.mark.parametrize("module", ["api.app", "edgewise.serve_commands", "edgewise.recommend_commands"])
def test_serving_never_loads_torch(module: str) -> None:
    code = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0
