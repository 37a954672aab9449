"""The server as a process: its command line, by which it is recognised, and the official admin tool."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from graph.distribution import locked_jars
from graph.errors import EmbeddedError
from graph.java import find_java
from graph.server_home import ServerState, console_path, memory_mb, tail, write_config, write_state
from graph.settings import EmbeddedSettings

MAIN_CLASS = "org.neo4j.server.Neo4jCommunity"
ADMIN_CLASS = "org.neo4j.cli.AdminTool"
QUICK_OPTIONS = ("-XX:TieredStopAtLevel=1",)
"""For tools that are done before a better compiler has paid off."""
LASTING_OPTIONS = ("-XX:+UseParallelGC",)
"""For tools that work for minutes."""
_PORTS = re.compile(r"-Dedgewise\.ports=(\d+),(\d+)")


def free_port(preferred: int, taken: Sequence[int] = ()) -> int:
    """`preferred` if it is free on loopback, else one that is."""
    for port in (preferred, 0, 0, 0):
        with socket.socket() as probe:
            # As the server binds: a port whose last connections have just ended counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found = int(probe.getsockname()[1])
        # Where reuse lets us bind beside a wildcard listener (macOS), the listener still answers.
        if found not in taken and not listens(found):
            return found
    raise EmbeddedError("There is no free port on loopback; close some programs and try again.")


def listens(port: int) -> bool:
    """Whether somebody accepts connections at this port of loopback."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def holds(pid: int, *ports: int) -> bool:
    """Whether the process `pid` itself accepts connections at these ports, and not another that was faster."""
    try:
        held = {
            connection.laddr.port
            for connection in psutil.Process(pid).net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN
        }
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:  # who may not look takes whoever listens for it
        return all(map(listens, ports))
    return held.issuperset(ports)


def process_of(pid: int, home: Path) -> psutil.Process | None:
    """The process `pid`, if it is the server of this data folder; None if it has ended or is another program.

    Its command line names the folder, which no other program's does; a start time could be off after the clock is set.
    """
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        arguments = process.cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None
    return process if MAIN_CLASS in arguments and f"--home-dir={home}" in arguments else None


def has_ended(process: psutil.Process) -> bool:
    """Whether it runs no more, also where its parent has not looked yet."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def search(home: Path) -> ServerState | None:
    """A running server of this data folder that nobody remembers (its starter was killed, or the file is lost)."""
    for process in psutil.process_iter(["cmdline"]):
        arguments = process.info["cmdline"] or []
        ports = next((match for argument in arguments if (match := _PORTS.fullmatch(argument))), None)
        if ports and process_of(process.pid, home):
            return ServerState(process.pid, int(ports[1]), int(ports[2]))
    return None


def launch(settings: EmbeddedSettings, jars: Path, bolt_port: int, http_port: int) -> ServerState:
    """Start the server detached from this process, so that it outlives the command, and remember it."""
    write_config(settings, bolt_port, http_port)
    java, home = find_java(settings), settings.home
    heap, _ = memory_mb(settings)
    command = [str(java.executable), f"-Xms{heap // 2}m", f"-Xmx{heap}m", *java.options]
    command += [f"-Dedgewise.ports={bolt_port},{http_port}", MAIN_CLASS]
    command += [f"--home-dir={home}", f"--config-dir={home / 'conf'}"]
    pid = _spawn(command, {**os.environ, "CLASSPATH": classpath(jars)}, console_path(home))
    state = ServerState(pid, bolt_port, http_port)
    write_state(home, state)
    return state


def _spawn(command: list[str], environment: dict[str, str], log: Path) -> int:
    """Start a process in a session of its own, so that Ctrl-C in the terminal does not reach it."""
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    files: list[tuple[int, int, str, int, int] | tuple[int, int, int]] = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(log), write, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    pid = os.posix_spawn(command[0], command, environment, file_actions=files, setsid=True)
    process = psutil.Process(pid)
    # For a moment it has no command line yet, by which it is recognised.
    with suppress(psutil.ZombieProcess):  # it has ended already, which whoever waits for it will see
        while process.status() != psutil.STATUS_ZOMBIE and not process.cmdline():
            time.sleep(0.001)
    return pid


def classpath(jars: Path) -> str:
    """Just the jars that the lock names: a stray file in the folder is not run."""
    return os.pathsep.join(str(jars / jar.name) for jar in locked_jars())


def admin(settings: EmbeddedSettings, jars: Path, *arguments: str, heap_mb: int = 256, lasting: bool = False) -> str:
    """Run neo4j-admin on a server that is stopped and return what it prints; `lasting`: for minutes.

    Raises EmbeddedError if it fails.
    """
    java, home = find_java(settings), settings.home
    environment = {
        **os.environ,
        "CLASSPATH": classpath(jars),
        "NEO4J_HOME": str(home),
        "NEO4J_CONF": str(home / "conf"),
    }
    machine = LASTING_OPTIONS if lasting else QUICK_OPTIONS
    command = [str(java.executable), f"-Xmx{heap_mb}m", *java.options, *machine, ADMIN_CLASS, *arguments]
    done = subprocess.run(  # noqa: S603  the admin tool that we ship
        command, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode != 0:
        raise EmbeddedError(f"neo4j-admin {arguments[0]} {arguments[1]} failed:\n{tail(done.stdout + done.stderr)}")
    return done.stdout
