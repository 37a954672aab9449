"""The embedded server: a real Neo4j Community of its own for one data folder, on loopback."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError
from pydantic import SecretStr

from graph.distribution import VERSION, Progress, ensure_jars, exclusive
from graph.errors import EmbeddedError
from graph.server_process import (
    ServerState,
    admin,
    forget_state,
    free_port,
    launch,
    log_path,
    password_of,
    read_state,
    tail,
    write_config,
)
from graph.settings import EmbeddedSettings, Neo4jSettings

POLL_SECONDS = 0.1
STOP_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What `edgewise neo4j status` tells; the addresses are None while nothing runs."""

    running: bool
    home: Path
    version: str
    pid: int | None = None
    bolt_uri: str | None = None
    browser_uri: str | None = None


class EmbeddedNeo4j:
    """One server for one data folder, whoever starts it: a second start finds the first."""

    def __init__(self, settings: EmbeddedSettings, progress: Progress = lambda _done, _all: None) -> None:
        self._settings = settings
        self._progress = progress

    @property
    def home(self) -> Path:
        """The data folder."""
        return self._settings.home

    def start(self) -> Neo4jSettings:
        """Start the server, or find it running, and return how to reach it once it answers.

        After a crash it recovers what was acknowledged. Raises EmbeddedError with the end of its log if it does
        not get ready, DistributionError if its jars cannot be had.
        """
        jars = ensure_jars(self._settings.cache, self._settings.repository, progress=self._progress)
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o700)
        with exclusive(self.home / "starting"):
            state = read_state(self.home)
            if state is None or state.process() is None:
                state = self._launch(jars)
            connection = self._connection(state)
            self._await_answer(state, connection)
        return connection

    def stop(self) -> bool:
        """Stop the server cleanly; False if none runs. Raises EmbeddedError if it does not end in time."""
        if not self.home.is_dir():
            return False
        with exclusive(self.home / "starting"):
            state = read_state(self.home)
            process = state.process() if state else None
            if process is None:
                forget_state(self.home)
                return False
            process.terminate()
            self._await_end(process)
            forget_state(self.home)
            return True

    def status(self) -> ServerStatus:
        """Whether it runs, and where."""
        state = read_state(self.home)
        if state is None or state.process() is None:
            return ServerStatus(running=False, home=self.home, version=VERSION)
        return ServerStatus(
            running=True,
            home=self.home,
            version=VERSION,
            pid=state.pid,
            bolt_uri=f"bolt://127.0.0.1:{state.bolt_port}",
            browser_uri=f"http://127.0.0.1:{state.http_port}/browser/",
        )

    def password(self) -> str:
        """The generated password of the user neo4j."""
        return password_of(self.home)

    def run_admin(self, *arguments: str) -> str:
        """Run neo4j-admin on the stopped server. Raises EmbeddedError if it runs, or if the tool fails."""
        if self.status().running:
            raise EmbeddedError(f"The server of {self.home} is running; stop it first: edgewise neo4j stop")
        jars = ensure_jars(self._settings.cache, self._settings.repository, progress=self._progress)
        self._prepare(jars)
        return admin(self._settings, jars, *arguments)

    def _launch(self, jars: Path) -> ServerState:
        self._prepare(jars)
        bolt_port = free_port(self._settings.bolt_port)
        http_port = free_port(self._settings.http_port, taken=(bolt_port,))
        return launch(self._settings, jars, bolt_port, http_port)

    def _prepare(self, jars: Path) -> None:
        """Give a new data folder its configuration and password."""
        self.home.mkdir(parents=True, exist_ok=True)
        if (self.home / "prepared").exists():
            return
        write_config(self._settings, self._settings.bolt_port, self._settings.http_port)
        admin(self._settings, jars, "dbms", "set-initial-password", password_of(self.home))
        (self.home / "prepared").touch()

    def _connection(self, state: ServerState) -> Neo4jSettings:
        return Neo4jSettings(
            uri=f"bolt://127.0.0.1:{state.bolt_port}", user="neo4j", password=SecretStr(password_of(self.home))
        )

    def _await_answer(self, state: ServerState, connection: Neo4jSettings) -> None:
        deadline = time.monotonic() + self._settings.start_timeout
        while time.monotonic() < deadline:
            if state.process() is None:
                forget_state(self.home)
                raise EmbeddedError(f"The Neo4j server ended while starting:\n{self._log_end()}")
            if _answers(connection):
                return
            time.sleep(POLL_SECONDS)
        raise EmbeddedError(
            f"The Neo4j server did not answer within {self._settings.start_timeout:.0f} s; wait longer with "
            f"EDGEWISE_EMBEDDED_START_TIMEOUT, or see {log_path(self.home)}:\n{self._log_end()}"
        )

    def _await_end(self, process: psutil.Process) -> None:
        try:
            process.wait(STOP_SECONDS)
        except psutil.TimeoutExpired:
            raise EmbeddedError(
                f"The Neo4j server (process {process.pid}) has not ended after {STOP_SECONDS:.0f} s; "
                f"it may still write a checkpoint. See {log_path(self.home)}"
            ) from None

    def _log_end(self) -> str:
        return tail(log_path(self.home).read_text(errors="replace"))


def _answers(connection: Neo4jSettings) -> bool:
    password = connection.password.get_secret_value() if connection.password else ""
    try:
        with GraphDatabase.driver(
            str(connection.uri), auth=(connection.user, password), connection_timeout=5, max_transaction_retry_time=0
        ) as driver:
            driver.execute_query("RETURN 1", database_=connection.database)  # no .cypher file: it asks nothing
    except (DriverError, Neo4jError):
        return False
    return True
