"""The real server as a process of its own, asked over HTTP on loopback."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

import httpx
import psutil
import pytest

from api.server import listen
from edgewise.main import main
from graph.client import Graph
from graph.settings import Neo4jSettings
from tests.environment import environment_of
from tests.worlds.api import shelf
from tests.worlds.world import write_world


def environment(settings: Neo4jSettings) -> dict[str, str]:
    return environment_of(settings, PYTHONUNBUFFERED="1", COLUMNS="200")


class CommandLine:
    """Runs `edgewise` in this process, which spares a start of Python each time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[object, str, str]:
        """Exit code, and what was printed as output and as errors."""
        self._monkeypatch.setattr(sys, "argv", ["edgewise", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = self._capsys.readouterr()
        return ended.value.code, printed.out, printed.err


@pytest.fixture
def edgewise(
    neo4j_settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    for name, value in environment(neo4j_settings).items():
        monkeypatch.setenv(name, value)
    return CommandLine(monkeypatch, capsys)


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


def test_it_refuses_to_be_reached_by_others(edgewise: CommandLine) -> None:
    code, _, errors = edgewise("serve", "--host", "0.0.0.0")  # noqa: S104 — refused
    assert code == 2
    assert "no login yet" in errors


def test_a_taken_port_is_said_plainly(edgewise: CommandLine) -> None:
    with listen("127.0.0.1", 0) as listener:
        port = str(listener.getsockname()[1])
        code, _, errors = edgewise("serve", "--port", port)
    assert code == 2
    assert f"Cannot listen on 127.0.0.1:{port}" in errors


def test_recommend_prints_titles_scores_and_reasons(graph: Graph, edgewise: CommandLine) -> None:
    write_world(graph, shelf())
    code, output, _ = edgewise("recommend", "fan-1", "--first", "3", "--kind", "film", "--strategy", "popular")
    assert code == 0
    assert "Aliens" in output
    assert "popular" in output
    _, output, _ = edgewise("recommend", "user-0", "--first", "1", "--kind", "film")
    assert "Alien [1979]" in output, "brackets are part of the title"


def test_stats_prints_sizes(graph: Graph, edgewise: CommandLine) -> None:
    write_world(graph, shelf())
    code, output, _ = edgewise("stats")
    assert code == 0
    assert re.search(r"items\s+│\s+120\s+│\s+film 80, book 40", output)
    assert re.search(r"events\s+│\s+20\s+│\s+of the newest 20: like 10, view 10", output)


def test_serving_never_loads_torch() -> None:
    code = "import sys, api.app, edgewise.serve_commands, edgewise.recommend_commands; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0


def test_several_processes_share_a_port_and_one_that_dies_is_replaced(
    graph: Graph, neo4j_settings: Neo4jSettings
) -> None:
    write_world(graph, shelf())
    with serving(neo4j_settings, "--port", "0", "--workers", "2") as process:
        address = announced(process.stdout)
        workers = {one.pid for one in psutil.Process(process.pid).children(recursive=True) if is_worker(one)}
        assert len(workers) == 2
        psutil.Process(min(workers)).kill()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            now = {one.pid for one in psutil.Process(process.pid).children(recursive=True) if is_worker(one)}
            if len(now) == 2 and min(workers) not in now:
                break
            time.sleep(0.2)
        assert len(now) == 2
        assert len(now & workers) == 1
        query = '{ recommendations(userId: "user-1", first: 2) { recommendations { item { id } } } }'
        answers = [httpx.post(address, json={"query": query}, timeout=30).json() for _ in range(6)]
        assert all(
            answer == answers[0] and len(answer["data"]["recommendations"]["recommendations"]) == 2
            for answer in answers
        )
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert not any(psutil.pid_exists(pid) for pid in now)


def is_worker(process: psutil.Process) -> bool:
    """Whether it serves: the helper that tracks resources does not."""
    with suppress(psutil.Error):  # it has just ended
        return "spawn_main" in " ".join(process.cmdline())
    return False
