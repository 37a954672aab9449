"""Only this machine reaches the server."""

from __future__ import annotations

import socket

import pytest

from api.server import address_of, is_loopback, listen
from graph.errors import ConfigurationError


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost", "LOCALHOST"])
def test_loopback_is_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.org", "localhost.example.org", ""])  # noqa: S104 — refused
def test_everything_else_is_refused(host: str) -> None:
    with pytest.raises(ConfigurationError, match="no login yet"):
        listen(host, 0)


def test_port_zero_takes_a_free_one() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert address_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"
        with socket.create_connection(listener.getsockname(), timeout=5):
            pass


def test_a_taken_port_is_named() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"127.0.0.1:{port}.*in use.*--port 0"):
            listen("127.0.0.1", port)


def test_a_container_may_listen_on_all_addresses() -> None:
    with listen("0.0.0.0", 0, published_on_loopback=True) as listener:  # noqa: S104 — closed at once
        assert listener.getsockname()[0] == "0.0.0.0"  # noqa: S104 — likewise
