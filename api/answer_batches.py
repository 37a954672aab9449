"""Answers what requests ask for while others are worked on together: one read of the graph for all of them.

While there is little to do everyone is answered at once and alone. The more come, the more share a batch, so that each
costs less and a queue shortens instead of growing (as in a database's group commit).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import NamedTuple

from api.offload import Offload
from recommend.answering import Answering
from recommend.groups import in_groups
from recommend.protocol import Answer, Ask

MOST = 16
"""Asks that are answered together, unless one request has more."""
GRACE = 0.5
"""Seconds that an answer may take beyond its budget, which is to end it first."""


class AskKey(NamedTuple):
    """Asks of one strategy are answered together; None is the default one."""

    strategy: str | None
    ask: Ask


@dataclass(frozen=True, slots=True)
class _Waiting:
    keys: Sequence[AskKey]
    answers: asyncio.Future[list[Answer]]


class AnswerBatches:
    """Works on up to `at_once` batches. For one event loop."""

    def __init__(self, answering: Answering, offload: Offload, at_once: int) -> None:
        self._answering = answering
        self._offload = offload
        self._at_once = at_once
        self._waiting: deque[_Waiting] = deque()
        self._working: set[asyncio.Task[None]] = set()

    async def answers(self, keys: Sequence[AskKey]) -> list[Answer]:
        """One answer per key, in order: of what was popular last where no other comes in time.

        Raises UnknownStrategy and InputError, which do not concern others of the batch.
        """
        loop = asyncio.get_running_loop()
        one = _Waiting(keys, loop.create_future())
        self._waiting.append(one)
        if len(self._working) < self._at_once:
            task = loop.create_task(self._work())
            self._working.add(task)
            task.add_done_callback(self._working.discard)
        try:
            # What hangs in a socket knows of no budget; its thread is left to itself.
            async with asyncio.timeout(self._seconds):
                return await one.answers
        except TimeoutError:
            self._answering.gave_up()
            return [self._answering.last_known([key.ask], key.strategy)[0] for key in keys]

    @property
    def _seconds(self) -> float:
        return self._answering.settings.seconds + GRACE

    async def _work(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft()]
            while self._waiting and sum(len(one.keys) for one in batch) + len(self._waiting[0].keys) <= MOST:
                batch.append(self._waiting.popleft())
            await self._answer([one for one in batch if not one.answers.done()])

    async def _answer(self, batch: Sequence[_Waiting]) -> None:
        keys = [key for one in batch for key in one.keys]
        if not keys:
            return
        try:
            found = iter(await self._offload.within(self._seconds, partial(self._recommended, keys)))
        except TimeoutError as error:
            for one in batch:
                _fail(one, error)
            return
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a request is for that request to tell
            if len(batch) == 1:
                _fail(batch[0], error)
                return
            for one in batch:
                await self._answer([one])
            return
        for one in batch:
            own = list(islice(found, len(one.keys)))
            if not one.answers.done():
                one.answers.set_result(own)

    def _recommended(self, keys: Sequence[AskKey]) -> list[Answer]:
        return in_groups(
            keys,
            lambda key: key.strategy,
            lambda strategy, same: self._answering.recommend([key.ask for key in same], strategy),
        )


def _fail(one: _Waiting, error: Exception) -> None:
    if not one.answers.done():
        one.answers.set_exception(error)
