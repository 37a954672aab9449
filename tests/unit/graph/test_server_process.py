"""Ports, the recognition of processes, and the files of a data folder, without a server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from graph.distribution import locked_jars
from graph.server_home import ServerState, memory_mb, password_of, read_state, write_config, write_state
from graph.server_process import MAIN_CLASS, classpath, free_port, holds, process_of, search
from graph.settings import EmbeddedSettings
from tests.ports import closed_port

WAIT_FOREVER = "import signal; print('ready', flush=True); signal.pause()"


@pytest.fixture
def lookalike(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process whose command line is that of a server of `tmp_path`."""
    command = [sys.executable, "-c", WAIT_FOREVER, "-Dedgewise.ports=17001,17002", MAIN_CLASS, f"--home-dir={tmp_path}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def test_the_preferred_port_is_taken_if_it_is_free() -> None:
    port = closed_port()
    assert free_port(port) == port


def test_another_is_found_if_it_is_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        assert free_port(port) not in {0, port}


def test_a_port_is_held_by_who_listens_there_and_nobody_else(lookalike: subprocess.Popen[bytes]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as first, socket.create_server(("127.0.0.1", 0)) as second:
        ports = [one.getsockname()[1] for one in (first, second)]
        assert holds(os.getpid(), *ports)
        assert not holds(os.getpid(), ports[0], closed_port())
        assert not holds(lookalike.pid, ports[0])
    lookalike.kill()
    lookalike.wait()
    assert not holds(lookalike.pid, ports[0])


def test_two_ports_differ() -> None:
    port = closed_port()
    assert free_port(port, taken=(port,)) != port


def test_a_server_is_known_by_its_command_line(lookalike: subprocess.Popen[bytes], tmp_path: Path) -> None:
    assert process_of(lookalike.pid, tmp_path) == psutil.Process(lookalike.pid)
    assert process_of(lookalike.pid, tmp_path / "other") is None


def test_a_server_that_nobody_remembers_is_found(lookalike: subprocess.Popen[bytes], tmp_path: Path) -> None:
    assert search(tmp_path) == ServerState(lookalike.pid, 17001, 17002)
    assert search(tmp_path / "other") is None


def test_a_foreign_process_is_never_taken_for_the_server(tmp_path: Path) -> None:
    assert process_of(os.getpid(), tmp_path) is None


def test_one_that_was_killed_has_ended_even_before_it_is_waited_for(
    lookalike: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    os.kill(lookalike.pid, signal.SIGKILL)
    os.waitid(os.P_PID, lookalike.pid, os.WEXITED | os.WNOWAIT)
    assert process_of(lookalike.pid, tmp_path) is None


def test_what_was_started_is_remembered(tmp_path: Path) -> None:
    state = ServerState(7, 8, 9)
    write_state(tmp_path, state)
    assert read_state(tmp_path) == state
    assert [path.name for path in tmp_path.iterdir()] == ["server.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"pid": 1}', '{"pid": "x", "bolt_port": 1, "http_port": 2}'])
def test_a_damaged_file_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "server.json").write_text(text)
    assert read_state(tmp_path) is None


def test_a_password_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    password = password_of(tmp_path)
    assert password_of(tmp_path) == password
    assert len(password) >= 40
    assert not password.startswith("-")
    assert (tmp_path / "password").stat().st_mode & 0o777 == 0o600
    (tmp_path / "other").mkdir()
    assert password_of(tmp_path / "other") != password


def test_memory_is_by_the_machine_unless_it_is_set() -> None:
    assert memory_mb(EmbeddedSettings(heap_mb=300, page_cache_mb=70)) == (300, 70)
    heap, page_cache = memory_mb(EmbeddedSettings())
    assert 512 <= heap == page_cache <= 4096


def test_a_server_keeps_to_itself(tmp_path: Path) -> None:
    write_config(EmbeddedSettings(home=tmp_path), 17001, 17002)
    lines = set((tmp_path / "conf" / "neo4j.conf").read_text().splitlines())
    assert lines >= {
        "server.default_listen_address=127.0.0.1",
        "server.bolt.listen_address=127.0.0.1:17001",
        "server.http.listen_address=127.0.0.1:17002",
        "dbms.security.auth_enabled=true",
        "dbms.usage_report.enabled=false",
        "server.fleet_discovery.enabled=false",
        "dbms.fleet_manager.enabled=false",
    }


def test_only_locked_jars_are_run(tmp_path: Path) -> None:
    (tmp_path / "stray.jar").touch()
    names = [Path(path).name for path in classpath(tmp_path).split(os.pathsep)]
    assert names == [jar.name for jar in locked_jars()]
