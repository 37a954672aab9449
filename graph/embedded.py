"""The embedded server: a real Neo4j Community of its own for one data folder, on loopback."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil
from neo4j.exceptions import AuthError
from pydantic import SecretStr

from graph.client import connect
from graph.distribution import VERSION, Progress, ensure_jars, recheck, unreported
from graph.errors import EmbeddedError, GraphError
from graph.server_home import (
    ServerState,
    forget_state,
    has_home,
    lock_home,
    log_path,
    log_since,
    log_size,
    make_home,
    password_file,
    password_of,
    read_state,
    write_config,
    write_state,
)
from graph.server_process import admin, free_port, has_ended, holds, launch, process_of, search
from graph.settings import EmbeddedSettings, Neo4jSettings, read_settings

POLL_SECONDS = 0.05
STOP_SECONDS = 120.0
LAST_THREADS_SECONDS = 1.0
PORT_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What `edgewise neo4j status` tells; the addresses are None while nothing runs."""

    running: bool
    home: Path
    version: str
    pid: int | None = None
    bolt_uri: str | None = None
    browser_uri: str | None = None


class PortTakenError(EmbeddedError):
    """Somebody took the port between our look and the server's."""


class EmbeddedNeo4j:
    """One server for one data folder, whoever starts it: a second start finds the first.

    `progress` is called with the number of jars that are there and of all, while they are fetched.
    """

    def __init__(self, settings: EmbeddedSettings, progress: Progress = unreported) -> None:
        # The folder by one name, whichever link leads to it: the server's command line carries it.
        self._settings = settings.model_copy(update={"home": settings.home.resolve()})
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
        make_home(self.home)
        with lock_home(self.home):
            state = self._find()
            if state is None:
                return self._start_anew()
            return self._await_ready(state, log_size(self.home))

    def stop(self) -> bool:
        """Stop the server cleanly; False if none runs. Raises EmbeddedError if it does not end in time."""
        if not has_home(self.home):
            return False
        with lock_home(self.home):
            state = self._find()
            process = process_of(state.pid, self.home) if state else None
            if process is not None:
                with suppress(psutil.NoSuchProcess):  # it has just ended by itself
                    process.terminate()
                self._await_end(process)
            forget_state(self.home)
            return process is not None

    def status(self) -> ServerStatus:
        """Whether it runs, and where."""
        state = self._find() if has_home(self.home) else None
        if state is None:
            return ServerStatus(running=False, home=self.home, version=VERSION)
        return ServerStatus(
            running=True,
            home=self.home,
            version=VERSION,
            pid=state.pid,
            bolt_uri=f"bolt://127.0.0.1:{state.bolt_port}",
            browser_uri=f"http://127.0.0.1:{state.http_port}/browser/",
        )

    def password_file(self) -> Path:
        """The file that holds the generated password of the user neo4j."""
        return password_file(self.home)

    @contextmanager
    def stopped(self) -> Iterator[Callable[..., str]]:
        """Keep the server from being started meanwhile, and give a function that runs neo4j-admin with its arguments.

        Raises EmbeddedError if the server runs; the function does if the tool fails.
        """
        make_home(self.home)
        with lock_home(self.home):
            if self._find() is not None:
                raise EmbeddedError(f"The server of {self.home} is running; stop it first: edgewise neo4j stop")
            jars = self._jars()
            self._prepare(jars)
            yield partial(admin, self._settings, jars)

    def _find(self) -> ServerState | None:
        state = read_state(self.home)
        if state and process_of(state.pid, self.home):
            return state
        if state := search(self.home):
            write_state(self.home, state)
        return state

    def _jars(self) -> Path:
        return ensure_jars(self._settings.cache, self._settings.repository, progress=self._progress)

    def _start_anew(self) -> Neo4jSettings:
        jars = self._jars()
        self._prepare(jars)
        for attempt in range(1, PORT_ATTEMPTS + 1):
            start = log_size(self.home)
            bolt_port = free_port(self._settings.bolt_port)
            http_port = free_port(self._settings.http_port, taken=(bolt_port,))
            try:
                return self._await_ready(launch(self._settings, jars, bolt_port, http_port), start)
            except PortTakenError:
                if attempt == PORT_ATTEMPTS:
                    raise
        raise AssertionError

    def _prepare(self, jars: Path) -> None:
        """Give a new data folder its configuration and password."""
        password_of(self.home)
        if (self.home / "prepared").exists():
            return
        write_config(self._settings, self._settings.bolt_port, self._settings.http_port)
        # @ makes the tool read the file, so that the password stands in no list of processes.
        admin(self._settings, jars, "dbms", "set-initial-password", f"@{password_file(self.home)}")
        (self.home / "prepared").touch()

    def _await_ready(self, state: ServerState, log_start: int) -> Neo4jSettings:
        connection = self._connection(state)
        deadline = time.monotonic() + self._settings.start_timeout
        problem = "nothing listens at its ports"
        while time.monotonic() < deadline:
            if process_of(state.pid, self.home) is None:
                raise self._ended(log_since(self.home, log_start))
            if holds(state.pid, state.http_port, state.bolt_port):
                problem = self._problem(connection)
                if not problem:
                    return connection
            time.sleep(POLL_SECONDS)
        raise EmbeddedError(
            f"The Neo4j server is not ready after {self._settings.start_timeout:.0f} s: {problem}. Wait longer with "
            f"EDGEWISE_EMBEDDED_START_TIMEOUT, or see {log_path(self.home)}:\n{log_since(self.home, log_start)}"
        )

    def _connection(self, state: ServerState) -> Neo4jSettings:
        password = SecretStr(password_of(self.home))
        return read_settings(
            Neo4jSettings, uri=f"bolt://127.0.0.1:{state.bolt_port}", user="neo4j", password=password, database="neo4j"
        )

    def _problem(self, connection: Neo4jSettings) -> str:
        """Why the database takes no query yet; empty if it does."""
        try:
            graph = connect(connection.model_copy(update={"connect_timeout": 5.0, "retry_time": 0.0}))
            try:
                graph.read("stats/answers")
            finally:
                graph.close()
        except GraphError as error:
            if isinstance(error.__cause__, AuthError):
                raise EmbeddedError(
                    f"The server refuses the password in {password_file(self.home)}. If you have changed it, write "
                    "the new one into that file; if the folder was deleted under a running server, end its process."
                ) from error
            return str(error)
        return ""

    def _ended(self, log: str) -> EmbeddedError:
        forget_state(self.home)
        if "already in use" in log or "BindException" in log:
            return PortTakenError(f"Another program took the server's port; try again.\n{log}")
        recheck(self._settings.cache)
        return EmbeddedError(
            f"The Neo4j server ended while starting. See below and {log_path(self.home)}; is there enough memory "
            f"(EDGEWISE_EMBEDDED_HEAP_MB) and disk?\n{log}"
        )

    def _await_end(self, process: psutil.Process) -> None:
        # Not process.wait: where another process is its parent and does not look, an ended one stays as a zombie.
        deadline = time.monotonic() + STOP_SECONDS
        while not has_ended(process):
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"The Neo4j server (process {process.pid}) has not ended after {STOP_SECONDS:.0f} s; "
                    f"it may still write a checkpoint. See {log_path(self.home)}"
                )
            time.sleep(POLL_SECONDS)
        with suppress(psutil.TimeoutExpired):  # its last threads may outlive the one that is looked at
            process.wait(LAST_THREADS_SECONDS)
