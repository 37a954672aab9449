"""Alerts are sent to servers that listen here."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

from pydantic import SecretStr

from gnn.nightly.alerts import alert, summary
from gnn.nightly.settings import NightlySettings
from graph.jobs import JobRecord, StepRecord

JOB = JobRecord(
    "nightly-1",
    "failed",
    datetime(2026, 11, 25, 2, tzinfo=UTC),
    None,
    [
        StepRecord("refresh", "succeeded"),
        StepRecord("train lightgcn", "failed", error="ModelError: it diverged"),
        StepRecord("train hybrid", "blocked", error="a step that it needs has failed"),
    ],
)


@contextmanager
def listening(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_webhook_gets_what_failed() -> None:
    got: list[dict[str, object]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(500 if len(got) > 1 else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Hook) as server, listening(server):
        settings = NightlySettings(webhook=SecretStr(f"http://127.0.0.1:{server.server_port}/hook"))
        assert alert(JOB, settings) == []
        assert alert(JOB, settings) == ["webhook"]
    assert got[0]["run"] == "nightly-1"
    assert got[0]["text"] == summary(JOB)
    assert "train lightgcn: failed, ModelError: it diverged" in summary(JOB)
    assert "refresh" not in summary(JOB)


class Post(socketserver.StreamRequestHandler):
    """As much of SMTP as takes a letter; what was said is in `said`."""

    said: list[str]

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        in_letter = False
        for line in self.rfile:
            text = line.decode().rstrip("\r\n")
            self.said.append(text)
            if in_letter and text != ".":
                continue
            in_letter = text.upper() == "DATA"
            if text.upper() == "QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"354 go on\r\n" if in_letter else b"250 ok\r\n")


def test_a_mail_gets_to_everyone() -> None:
    said: list[str] = []
    handler = type("Heard", (Post,), {"said": said})
    with socketserver.TCPServer(("127.0.0.1", 0), handler) as server, listening(server):
        port = server.server_address[1]
        settings = NightlySettings(
            email_to=("ann@example.org", "bob@example.org"), smtp_host="127.0.0.1", smtp_port=port
        )
        assert alert(JOB, settings) == []
    assert {line.split(":")[1] for line in said if line.upper().startswith("RCPT")} == {
        "<ann@example.org>",
        "<bob@example.org>",
    }
    assert "Subject: Edgewise: the nightly job failed" in said
    assert "train hybrid: blocked, a step that it needs has failed" in said


def test_without_anyone_to_tell_nothing_is_sent() -> None:
    assert alert(JOB, NightlySettings()) == []


def test_a_server_that_is_not_there_is_no_second_failure() -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), Post) as server:
        port = server.server_address[1]
    settings = NightlySettings(
        webhook=SecretStr(f"http://127.0.0.1:{port}"),
        email_to=("ann@example.org",),
        smtp_host="127.0.0.1",
        smtp_port=port,
    )
    assert alert(JOB, settings) == ["webhook", "e-mail"]
