"""The embedded server's life: started once, found again, killed, recovered, stopped; closed to everybody else."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from edgewise.neo4j_commands import app
from graph.client import connect
from graph.embedded import EmbeddedNeo4j
from graph.errors import EmbeddedError, GraphUnavailable
from graph.settings import EmbeddedSettings, Neo4jSettings

ELSEWHERE = """
import sys
from pathlib import Path
from graph.embedded import EmbeddedNeo4j
from graph.settings import EmbeddedSettings
server = EmbeddedNeo4j(EmbeddedSettings(home=Path(sys.argv[1]), heap_mb=512, page_cache_mb=64))
print(server.start().uri, server.status().pid)
"""
UNREADY_JAVA = """#!{python}
import signal, sys
if sys.argv[1] == "-version":
    print('openjdk version "25"')
elif "org.neo4j.server.Neo4jCommunity" in sys.argv:
    print("the store is damaged", flush=True)
    {then}
"""


@pytest.fixture(scope="module")
def taken_port() -> Iterator[int]:
    """A port that another program listens at."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        yield held.getsockname()[1]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, taken_port: int) -> EmbeddedSettings:
    """A data folder of its own, and a Bolt port that is in use."""
    home = tmp_path_factory.mktemp("embedded") / "with a space"
    return EmbeddedSettings(home=home, heap_mb=512, page_cache_mb=64, bolt_port=taken_port)


@pytest.fixture(scope="module")
def raced(settings: EmbeddedSettings) -> Iterator[list[Neo4jSettings]]:
    """What two starts at once gave."""
    with ThreadPoolExecutor(2) as pool:
        yield list(pool.map(lambda _: EmbeddedNeo4j(settings).start(), range(2)))
    EmbeddedNeo4j(settings).stop()


@pytest.fixture
def server(raced: list[Neo4jSettings], settings: EmbeddedSettings) -> EmbeddedNeo4j:
    """A running server, whatever the test before did to it."""
    server = EmbeddedNeo4j(settings)
    server.start()
    return server


def process_of(server: EmbeddedNeo4j) -> psutil.Process:
    """The server's process."""
    pid = server.status().pid
    assert pid is not None
    return psutil.Process(pid)


def test_two_starts_at_once_are_one_server(raced: list[Neo4jSettings], server: EmbeddedNeo4j) -> None:
    assert raced[0] == raced[1] == server.start()
    assert server.status().bolt_uri == raced[0].uri


def test_another_process_finds_it(server: EmbeddedNeo4j) -> None:
    command = [sys.executable, "-c", ELSEWHERE, str(server.home)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert printed == [server.status().bolt_uri, str(server.status().pid)]


@pytest.mark.parametrize("remembered", [None, "", "{", "[]", '{"pid": 1, "bolt_port": 1, "http_port": 1}'])
def test_it_is_found_whatever_is_remembered(server: EmbeddedNeo4j, remembered: str | None) -> None:
    before = server.status()
    (server.home / "server.json").unlink()
    if remembered is not None:
        (server.home / "server.json").write_text(remembered)
    assert server.status() == before
    server.start()
    assert server.status() == before


def test_a_taken_port_is_left_alone(server: EmbeddedNeo4j, taken_port: int) -> None:
    assert server.status().bolt_uri != f"bolt://127.0.0.1:{taken_port}"


def test_it_listens_on_loopback_only(server: EmbeddedNeo4j) -> None:
    listening = [link for link in process_of(server).net_connections() if link.status == psutil.CONN_LISTEN]
    assert len(listening) == 2
    assert {link.laddr.ip.removeprefix("::ffff:") for link in listening} == {"127.0.0.1"}


def test_only_its_owner_reads_the_password(server: EmbeddedNeo4j) -> None:
    assert server.home.stat().st_mode & 0o777 == 0o700
    assert server.password_file().stat().st_mode & 0o777 == 0o600
    assert server.password_file().read_text() not in " ".join(process_of(server).cmdline())


@pytest.mark.parametrize("password", ["wrong", ""])
def test_without_the_password_nobody_enters(server: EmbeddedNeo4j, password: str) -> None:
    connection = server.start().model_copy(update={"password": SecretStr(password)})
    with pytest.raises(GraphUnavailable, match="refuses the login"):
        connect(connection)


def test_neo4j_browser_is_served(server: EmbeddedNeo4j) -> None:
    address = server.status().browser_uri
    assert address is not None
    answer = httpx.get(address)
    assert answer.status_code == httpx.codes.OK
    assert "<title>Neo4j Browser</title>" in answer.text
    discovered = httpx.get(address.removesuffix("browser/")).json()
    assert discovered["bolt_direct"] == server.status().bolt_uri


def test_the_commands_tell_where_it_is_but_not_the_password(
    server: EmbeddedNeo4j, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EDGEWISE_NEO4J_URI", raising=False)
    for name, value in {"HOME": str(server.home), "BOLT_PORT": "7687"}.items():
        monkeypatch.setenv(f"EDGEWISE_EMBEDDED_{name}", value)
    monkeypatch.setenv("COLUMNS", "300")
    found, password = server.status(), server.password_file().read_text()
    for command in ("start", "status", "browser"):
        printed = CliRunner().invoke(app, [command], catch_exceptions=False).output
        assert all(str(part) in printed for part in (found.pid, found.bolt_uri, found.browser_uri, found.home))
        assert str(server.password_file()) in printed
        assert password not in printed
    assert "what_is_where" in printed
    assert f"password: {password}" in CliRunner().invoke(app, ["start", "--show-password"]).output


def test_what_was_acknowledged_survives_a_kill(server: EmbeddedNeo4j) -> None:
    graph = connect(server.start())
    graph.run_alone("maintain/migration_constraint")
    for k in range(50):
        graph.write("maintain/record_migration", name=f"written-{k}", checksum="0")
    graph.close()
    killed = process_of(server)
    killed.kill()
    killed.wait()
    assert not server.status().running
    graph = connect(server.start())
    names = {row["name"] for row in graph.read("maintain/applied_migrations")}
    graph.close()
    assert process_of(server) != killed
    assert names == {f"written-{k}" for k in range(50)}


def test_a_changed_password_is_told(server: EmbeddedNeo4j) -> None:
    password = server.password_file().read_text()
    server.password_file().write_text("of another server")
    try:
        with pytest.raises(EmbeddedError, match=r"refuses the password in .*If you have changed it"):
            server.start()
    finally:
        server.password_file().write_text(password)
    server.start()


def test_neo4j_admin_waits_until_it_is_stopped(server: EmbeddedNeo4j) -> None:
    with pytest.raises(EmbeddedError, match="is running; stop it first"), server.stopped():
        pytest.fail("the server runs")


def test_it_is_stopped_cleanly_and_once(server: EmbeddedNeo4j) -> None:
    process = process_of(server)
    start = (server.home / "logs" / "neo4j.log").stat().st_size
    assert server.stop()
    assert not process.is_running()
    assert "Stopped." in (server.home / "logs" / "neo4j.log").read_text()[start:]
    assert not server.status().running
    assert not server.stop()


def test_another_process_stops_it_while_its_starter_lives(server: EmbeddedNeo4j) -> None:
    server.start()
    environment = {**os.environ, "EDGEWISE_EMBEDDED_HOME": str(server.home), "EDGEWISE_NEO4J_URI": ""}
    command = [sys.executable, "-m", "edgewise", "neo4j", "stop"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert not server.status().running


def test_a_folder_that_never_had_a_server_is_left_as_it_is(tmp_path: Path) -> None:
    server = EmbeddedNeo4j(EmbeddedSettings(home=tmp_path / "none"))
    assert not server.status().running
    assert not server.stop()
    assert not (tmp_path / "none").exists()


def test_another_program_of_that_process_id_is_not_stopped(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        state = {"pid": other.pid, "bolt_port": 7687, "http_port": 7474}
        (tmp_path / "server.json").write_text(json.dumps(state))
        server = EmbeddedNeo4j(EmbeddedSettings(home=tmp_path))
        assert not server.status().running
        assert not server.stop()
        assert other.poll() is None
        other.communicate(b"\n")
    assert other.returncode == 0


@pytest.mark.parametrize("home", ["file/home", "x" * 300])
def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path, home: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedError, match=r"cannot be used \(.+\). Name one of your own by EDGEWISE_EMBEDDED_HOME"):
        EmbeddedNeo4j(EmbeddedSettings(home=tmp_path / home)).start()


def test_a_lost_password_is_told(prepared: EmbeddedSettings) -> None:
    (prepared.home / "password").unlink()
    with pytest.raises(EmbeddedError, match=r"is gone\. Write it there again"):
        EmbeddedNeo4j(prepared).start()


@pytest.fixture
def prepared(tmp_path: Path) -> EmbeddedSettings:
    """A data folder that has its password, and a Java that will not run the server."""
    home, java = tmp_path / "home", tmp_path / "java"
    home.mkdir()
    (home / "prepared").touch()
    (home / "password").write_text("of a server that never runs")
    java.touch(mode=0o755)
    return EmbeddedSettings(home=home, java=java, start_timeout=0.5)


def test_a_server_that_ends_while_starting_is_told_with_its_last_words(prepared: EmbeddedSettings) -> None:
    assert prepared.java is not None
    prepared.java.write_text(UNREADY_JAVA.format(python=sys.executable, then="sys.exit(1)"))
    patient = prepared.model_copy(update={"start_timeout": 60.0})
    with pytest.raises(EmbeddedError, match=r"(?s)ended while starting.*EDGEWISE_EMBEDDED_HEAP_MB.*store is damaged"):
        EmbeddedNeo4j(patient).start()
    assert not EmbeddedNeo4j(patient).status().running


def test_a_port_that_is_lost_in_between_is_replaced(prepared: EmbeddedSettings, tmp_path: Path) -> None:
    assert prepared.java is not None
    starts = tmp_path / "starts"
    lose = f"open({str(starts)!r}, 'a').write('x'); sys.exit('127.0.0.1:7474 is already in use')"
    prepared.java.write_text(UNREADY_JAVA.format(python=sys.executable, then=lose))
    patient = prepared.model_copy(update={"start_timeout": 60.0})
    with pytest.raises(EmbeddedError, match="Another program took the server's port"):
        EmbeddedNeo4j(patient).start()
    assert starts.read_text() == "x" * 3


def test_a_server_that_does_not_get_ready_is_told_and_can_be_stopped(prepared: EmbeddedSettings) -> None:
    assert prepared.java is not None
    prepared.java.write_text(UNREADY_JAVA.format(python=sys.executable, then="signal.pause()"))
    server = EmbeddedNeo4j(prepared)
    with pytest.raises(EmbeddedError, match=r"not ready after 0 s: nothing listens .*EDGEWISE_EMBEDDED_START_TIMEOUT"):
        server.start()
    assert server.stop()
    assert not server.status().running
