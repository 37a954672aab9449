"""Around every request: a limit on its size, and a line in the log."""

from __future__ import annotations

import logging
import time

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.latencies import Latencies

LOGGER = logging.getLogger("api.requests")
TOO_LARGE = 413


class TooLarge(Exception):
    """More bytes came than were announced or allowed."""


class LimitedBody:
    """Answers 413 to a request of more than `most` bytes, also to one that does not say how long it is."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        read = int(dict(scope["headers"]).get(b"content-length", b"0"))
        if read > self._most:
            await self._refuse(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._most:
                raise TooLarge
            return message

        try:
            await self._app(scope, counted, send)
        except TooLarge:
            await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        text = f"The request is larger than {self._most} bytes; send it in parts."
        await JSONResponse({"detail": text}, TOO_LARGE)(scope, receive, send)


class LoggedRequests:
    """One line per request: method, path, status, milliseconds. Never a body, which may hold personal data."""

    def __init__(self, app: ASGIApp, latencies: Latencies) -> None:
        self._app = app
        self._latencies = latencies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def noted(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            took = (time.perf_counter() - began) * 1000
            self._latencies.add(took)
            LOGGER.info("%s %s status=%d ms=%.1f", scope["method"], scope["path"], status, took)
