"""An answer that tells of errors is not a good one, whatever its status."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from benchmarks.open_loop import WRONG, offer, post

GOOD, ERRORS = b'{"data": {"errors": 0}}', b'{"data": null, "errors": [{"message": "no"}]}'


class Handler(socketserver.StreamRequestHandler):
    """Answers what was asked with the body that it was sent, and 503 to `busy`."""

    def handle(self) -> None:
        while head := self.rfile.readline():
            length = 0
            while (line := self.rfile.readline()).strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            body = self.rfile.read(length)
            status = b"503 Busy" if b"busy" in head else b"200 OK"
            self.wfile.write(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body))


@pytest.fixture
def port() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield int(server.server_address[1])
        server.shutdown()
        thread.join()


def test_errors_are_told_apart_from_answers(port: int) -> None:
    asked = [post("/", "here", GOOD), post("/", "here", ERRORS), post("/busy", "here", ERRORS), post("/", "here", GOOD)]
    found = offer("127.0.0.1", port, asked, np.linspace(0.0, 0.05, len(asked)), sampled=1)
    assert found.statuses.tolist() == [200, WRONG, 503, 200]
    assert found.good == 2
    assert np.isfinite(found.millis).all()
    assert found.bodies[1] == ERRORS
