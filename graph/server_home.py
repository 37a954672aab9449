"""The data folder of an embedded server: its configuration, its password, and what is remembered of its process."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from graph.distribution import exclusive
from graph.errors import EmbeddedError
from graph.memory import usable_memory
from graph.settings import EmbeddedSettings

LAST_LINES = 20
CONFIG = {
    "server.default_listen_address": "127.0.0.1",
    "server.https.enabled": "false",
    "server.http_enabled_modules": "BROWSER",
    "server.http.x_forward.enabled": "false",
    "dbms.security.auth_enabled": "true",
    "db.query.default_language": "CYPHER_25",
    # Nothing is reported to anybody, and nothing is announced in the network.
    "dbms.usage_report.enabled": "false",
    "dbms.fleet_manager.enabled": "false",
    "server.fleet_discovery.enabled": "false",
    "server.bolt.telemetry.enabled": "false",
    "client.allow_telemetry": "false",
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
    """Where a server that was started is to be found."""

    pid: int
    bolt_port: int
    http_port: int


@contextmanager
def usable(home: Path) -> Iterator[None]:
    """Say what to do where the file system refuses the data folder."""
    try:
        yield
    except OSError as error:
        raise EmbeddedError(
            f"The data folder {home} cannot be used ({error.strerror}). Name one of your own by EDGEWISE_EMBEDDED_HOME."
        ) from error


def has_home(home: Path) -> bool:
    """Whether the data folder is there."""
    with usable(home):
        return home.is_dir()


def make_home(home: Path) -> None:
    """Make the data folder, closed to everybody but its owner."""
    with usable(home):
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o700)


def lock_home(home: Path) -> ExitStack:
    """Hold the data folder against other processes that would start or stop its server; waits for them."""
    with usable(home):
        lock = ExitStack()
        lock.enter_context(exclusive(home / "starting"))
        return lock


def read_state(home: Path) -> ServerState | None:
    """The server last started for this data folder; None if there is none or the file is damaged."""
    try:
        found = json.loads((home / "server.json").read_text())
        return ServerState(int(found["pid"]), int(found["bolt_port"]), int(found["http_port"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_state(home: Path, state: ServerState) -> None:
    """Remember a started server, in one step."""
    fresh = home / "server.json.part"
    fresh.write_text(json.dumps(asdict(state)))
    fresh.replace(home / "server.json")


def forget_state(home: Path) -> None:
    """Forget a server that has ended."""
    (home / "server.json").unlink(missing_ok=True)


def password_file(home: Path) -> Path:
    """Where the generated password of the user neo4j is kept; only the owner can read it."""
    return home / "password"


def password_of(home: Path) -> str:
    """The generated password, made at first use. Hexadecimal, so that no command line takes it for an option.

    Raises EmbeddedError if it is gone although the server has it.
    """
    path = password_file(home)
    if not path.exists():
        if (home / "prepared").exists():
            raise EmbeddedError(
                f"{path}, the server's password, is gone. Write it there again; if nobody knows it, stop the server, "
                f"delete {home} and load the data anew."
            )
        fresh = path.with_suffix(".part")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(24))
        fresh.replace(path)
    return path.read_text().strip()


def memory_mb(settings: EmbeddedSettings) -> tuple[int, int]:
    """Heap and page cache in MiB: as set, else an eighth of the machine's memory each, within 512 and 4,096."""
    eighth = min(4096, max(512, usable_memory() // 2**20 // 8))
    return settings.heap_mb or eighth, settings.page_cache_mb or eighth


def write_config(settings: EmbeddedSettings, bolt_port: int, http_port: int) -> None:
    """Write conf/neo4j.conf for one start."""
    _, page_cache = memory_mb(settings)
    config = {
        **CONFIG,
        "server.bolt.listen_address": f"127.0.0.1:{bolt_port}",
        "server.bolt.advertised_address": f"127.0.0.1:{bolt_port}",
        "server.http.listen_address": f"127.0.0.1:{http_port}",
        "server.http.advertised_address": f"127.0.0.1:{http_port}",
        "server.memory.pagecache.size": f"{page_cache}m",
    }
    folder = settings.home / "conf"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "neo4j.conf").write_text("".join(f"{key}={value}\n" for key, value in config.items()))


def console_path(home: Path) -> Path:
    """What the JVM prints, of the last start."""
    return home / "server.log"


def log_path(home: Path) -> Path:
    """The log that Neo4j writes for people."""
    return home / "logs" / "neo4j.log"


def log_size(home: Path) -> int:
    """Bytes of Neo4j's log so far; 0 if there is none."""
    return log_path(home).stat().st_size if log_path(home).exists() else 0


def log_since(home: Path, start: int) -> str:
    """The last lines that Neo4j logged after byte `start`, and that the JVM printed."""
    printed = console_path(home).read_text(errors="replace") if console_path(home).exists() else ""
    logged = log_path(home).read_bytes()[start:].decode(errors="replace") if log_path(home).exists() else ""
    return tail(logged + printed)


def tail(text: str) -> str:
    """The last lines of a log."""
    return "\n".join(text.splitlines()[-LAST_LINES:])
