"""Listens on loopback, and on nothing else while nobody has to log in."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from api.app import PATH
from graph.errors import ConfigurationError

BACKLOG = 2048
START_SECONDS = 120.0
UVICORN: dict[str, Any] = {"log_level": "warning", "access_log": False, "timeout_graceful_shutdown": 10}


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches `host`, a name or an address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def listen(host: str, port: int, *, published_on_loopback: bool = False) -> socket.socket:
    """A listening socket; port 0 takes a free one.

    `published_on_loopback` promises that whoever runs the container publishes its port to loopback only.
    Raises ConfigurationError if others could reach `host`, or the port is taken.
    """
    if not (published_on_loopback or is_loopback(host)):
        raise ConfigurationError(
            f"Refusing to listen on {host}: there is no login yet, so others could read and change everything. "
            "Use --host 127.0.0.1; in a container whose port is published to 127.0.0.1: --published-on-loopback."
        )
    try:
        family, kind, _, _, address = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
        return _bound(socket.socket(family, kind), address)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigurationError(
            f"Cannot listen on {host}:{port}: {reason}. Choose another port; --port 0 takes a free one."
        ) from error


def _bound(listener: socket.socket, address: object) -> socket.socket:
    try:
        # A port whose last connections linger after a restart is free for us; one that is listened on is not.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)  # type: ignore[arg-type] # as getaddrinfo gives it for this family
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def address_of(listener: socket.socket) -> str:
    """The web address of what listens there."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def supervise(factory: str, listener: socket.socket, workers: int, ready: Callable[[str], None]) -> None:
    """Let so many processes answer on `listener` until told to stop; one that ends is started again.

    `factory`: where each finds its application, such as `edgewise.worker:make_app`; `ready` gets GraphQL's address once
    all of them answer.
    """
    config = uvicorn.Config(factory, factory=True, workers=workers, timeout_worker_healthcheck=30, **UVICORN)
    Supervisor(config, listener, ready).run()


class Supervisor(Multiprocess):
    """Says when its processes answer."""

    def __init__(self, config: uvicorn.Config, listener: socket.socket, ready: Callable[[str], None]) -> None:
        super().__init__(config, sockets=[listener])
        self._address = address_of(listener) + PATH
        self._ready = ready

    def init_processes(self) -> None:
        """Start them, then say so."""
        super().init_processes()
        if all(process.wait_until_ready(START_SECONDS, self.should_exit) for process in self.processes):
            self._ready(self._address)


class ApiServer(uvicorn.Server):
    """Serves `app` on `listener` until it is told to stop; `ready` gets GraphQL's address once it answers."""

    def __init__(self, app: FastAPI, listener: socket.socket, ready: Callable[[str], None]) -> None:
        super().__init__(uvicorn.Config(app, **UVICORN))
        self._listener = listener
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets=sockets)
        if self.started:
            self._ready(address_of(self._listener) + PATH)

    def serve_until_stopped(self) -> None:
        """Block until Ctrl-C or SIGTERM; requests under way are answered first."""
        with suppress(KeyboardInterrupt):  # uvicorn raises it again once it has stopped
            self.run(sockets=[self._listener])
