"""Answers whole requests from what was answered before, in front of GraphQL; what is shown again is recorded again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from uuid import uuid4

from pydantic import TypeAdapter

from api.answer_store import AnswerStore
from api.cacheable import EVERYONE, Cacheable, Kind, of_user
from api.impressions import Impressions
from api.settings import CacheSettings
from graph.changes import Changes, ServingState
from graph.impressions import Shown

SHOWN = TypeAdapter(list[Shown])
NOTHING_SHOWN = b"[]"
MARK = "mark"
"""Name of what the names of a kind's answers begin with."""
MARK_SECONDS = 30 * 86_400.0
"""Longer than any answer is kept."""


@dataclass(slots=True)
class Given:
    """What an execution gave: the answers that it showed, and whether it may be given again."""

    shown: list[Shown] = field(default_factory=list)
    lasting: bool = True


Execute = Callable[[Given], Awaitable[bytes | None]]
"""Executes a request and tells what it gave; None where it had an error."""


_Both = tuple[bytes | None, bytes | None]
"""An answer, and what is kept of it; either may be missing."""


class AnswerCache:
    """Gives kept answers while they hold. For one event loop.

    Nothing is kept before it is known what the graph serves from, as every key holds that: another run, or a change of
    items, needs no emptying, nor does going back. `hits` counts what was found kept, `misses` what was not.
    """

    def __init__(self, store: AnswerStore, settings: CacheSettings, impressions: Impressions) -> None:
        self._store = store
        self._settings = settings
        self._impressions = impressions
        self._state: ServingState | None = None
        self._digest = b""
        self._marks: dict[Kind, bytes] = dict.fromkeys(Kind, b"")
        self._running: dict[str, asyncio.Future[bytes | None]] = {}
        self.hits = self.misses = 0

    @property
    def experiments(self) -> tuple[str, ...]:
        """What experiments show to whom, as it was last seen."""
        return self._state.experiments if self._state is not None else ()

    async def answer(self, query: Cacheable, group: str, request: bytes, execute: Execute) -> bytes | None:
        """The answer to a request of these bytes, kept or executed. None: it must be executed, and cannot be kept."""
        seconds = query.seconds(self._settings)
        if self._state is None or not seconds:
            return await execute(Given())
        name = blake2b(self._marks[query.kind] + request, digest_size=16, key=self._digest).hexdigest()
        if group == EVERYONE:
            group = f"{EVERYONE}:{name}"  # of its own, as nobody's event lets it fall
        key = group + name
        waiting = self._running.get(key)
        if waiting is None:
            return await self._first(key, partial(self._found, group, name, execute, seconds))
        kept = await asyncio.shield(waiting)
        return await execute(Given()) if kept is None else self._again(kept)

    async def _first(self, key: str, find: Callable[[], Awaitable[_Both]]) -> bytes | None:
        """Find it while others that ask the same wait."""
        future: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
        self._running[key] = future
        kept: bytes | None = None
        try:
            body, kept = await find()
        finally:
            del self._running[key]
            future.set_result(kept)
        return body

    async def _found(self, group: str, name: str, execute: Execute, seconds: float) -> _Both:
        """The answer, and what is kept of it."""
        given, state = Given(), self._state
        found = await self._store.get(group, name)
        if found.value is not None:
            self.hits += 1
            return self._again(found.value), found.value
        self.misses += 1
        body = await execute(given)
        # What serves may have changed on the way; then it is not known what this answer came from.
        if body is None or not given.lasting or state != self._state:
            return body, None
        kept = SHOWN.dump_json(given.shown) + b"\n" + body
        await self._store.keep(group, name, kept, seconds, found.mark)
        return body, kept

    def _again(self, kept: bytes) -> bytes:
        """The kept body under new request ids, which are recorded as shown now."""
        head, _, body = kept.partition(b"\n")
        if head == NOTHING_SHOWN:
            return body
        for shown in SHOWN.validate_json(head):
            new = self._impressions.again(shown)
            body = body.replace(shown.request_id.encode(), new.request_id.encode())
        return body

    async def follow(self, changes: Changes) -> None:
        """Let fall what has become old."""
        await self._store.refresh()
        for kind in Kind:
            self._marks[kind] = (await self._store.get(_of_kind(kind), MARK)).value or b""
        if changes.state != self._state:
            self._state = changes.state
            self._digest = blake2b(repr(changes.state).encode(), digest_size=32).digest()
        if changes.users is None:
            await self._store.drop_all()
        else:
            for user in changes.users:
                await self._store.drop(of_user(user))

    async def drop_user(self, user_id: str) -> None:
        """Let a user's answers fall."""
        await self._store.drop(of_user(user_id))

    async def drop_kind(self, kind: Kind) -> None:
        """Let all answers of a kind fall: from now on they are kept under other names, which replicas soon know."""
        group, mark = _of_kind(kind), uuid4().bytes
        found = await self._store.get(group, MARK)
        await self._store.keep(group, MARK, mark, MARK_SECONDS, found.mark)
        self._marks[kind] = mark

    async def drop_all(self) -> None:
        """Let all answers fall."""
        await self._store.drop_all()

    async def close(self) -> None:
        """At the end."""
        await self._store.close()


def _of_kind(kind: Kind) -> str:
    return f"kind:{kind}"
