"""Records what was shown, in batches in the background, so that no answer waits for it."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from anyio import CancelScope, Event, move_on_after, sleep, to_thread

from api.impression_counts import ImpressionCounts, take_lost
from api.settings import ImpressionSettings
from graph.client import Graph
from graph.errors import GraphError
from graph.impressions import Shown, ShownItem, record_impressions
from recommend.protocol import NOBODY, Answer, Ask

LOGGER = logging.getLogger(__name__)
CLOSING_SECONDS = 8.0
"""Longest that the end of the process waits for what is left to be recorded."""


class Impressions:
    """A bounded queue of answers, emptied into the graph by `run`; `add` is safe to call from any thread.

    An answer that finds the queue full is not recorded, and counted as lost; so is what a killed process had not
    recorded, when the next one starts. A batch that fails is tried again.
    """

    def __init__(self, graph: Graph, settings: ImpressionSettings, clock: Callable[[], datetime]) -> None:
        self._graph = graph
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._flushing = threading.Lock()
        self._queue: deque[Shown] = deque()
        self._counts: ImpressionCounts | None = None
        self._accepted = self._recorded = self.lost = 0

    @property
    def waiting(self) -> int:
        """Answers that are not recorded yet."""
        return len(self._queue)

    @property
    def recorded(self) -> int:
        """Answers that this process has recorded."""
        return self._recorded

    def add(self, ask: Ask, answer: Answer, session: str | None = None) -> Shown:
        """Take an answer that is shown; returns it with the id that it is recorded under."""
        request, choice = uuid4().hex, answer.choice
        return self._taken(
            Shown(
                request_id=request,
                user_id=None if ask.user_id == NOBODY else ask.user_id,
                session=session or request,
                at=self._clock(),
                asked=answer.strategy,
                layer=answer.layer,
                items=tuple(
                    [ShownItem(one.item_id, one.position, one.strategy, one.score) for one in answer.recommendations]
                ),
                run=answer.run,
                variants=answer.variants,
                propensity=answer.propensity,
                arm=choice.arm if choice else None,
                group=choice.group if choice else None,
                arm_failed=choice is not None and not choice.worked,
                teams=answer.teams,
            )
        )

    def again(self, shown: Shown) -> Shown:
        """Take what is shown once more, now and under an id of its own."""
        request = uuid4().hex
        session = request if shown.session == shown.request_id else shown.session
        return self._taken(replace(shown, request_id=request, session=session, at=self._clock()))

    def _taken(self, shown: Shown) -> Shown:
        if not (self._settings.enabled and shown.items):
            return shown
        with self._lock:
            if len(self._queue) >= self._settings.most_waiting:
                self.lost += 1
            else:
                self._queue.append(shown)
                self._accepted += 1
                self._keep()
        return shown

    async def run(self, stopping: Event) -> None:
        """Record what comes, until `stopping` is set, then what is left."""
        await to_thread.run_sync(self._begin)
        while not stopping.is_set():
            with move_on_after(self._settings.seconds):
                await stopping.wait()
            await to_thread.run_sync(self.flush)
        with CancelScope(shield=True), move_on_after(CLOSING_SECONDS):
            while self._queue:
                await to_thread.run_sync(self.flush)
                if self._queue:
                    await sleep(self._settings.seconds)
        if self._queue:
            LOGGER.error("%d answers were shown and could not be recorded before the end", len(self._queue))
        if self._counts is not None:
            self._counts.close()

    def flush(self) -> None:
        """Record what waits, until the queue is empty or the database does not answer. Safe from any thread."""
        with self._flushing:
            while batch := self._batch():
                try:
                    record_impressions(self._graph, batch)
                except GraphError as error:
                    LOGGER.warning("%d answers could not be recorded yet; they are kept: %s", len(batch), error)
                    return
                self._done(batch)

    def _batch(self) -> list[Shown]:
        with self._lock:
            return [self._queue[k] for k in range(min(self._settings.batch, len(self._queue)))]

    def _done(self, batch: Sequence[Shown]) -> None:
        with self._lock:
            for _ in batch:
                self._queue.popleft()
            self._recorded += len(batch)
            self._keep()

    def _begin(self) -> None:
        folder = Path(self._settings.folder)
        try:
            for lost in take_lost(folder):
                self.lost += lost.answers
                LOGGER.error("%d answers that process %s gave were never recorded", lost.answers, lost.process)
            counts = ImpressionCounts(folder)
        except OSError as error:
            LOGGER.warning("what a crash loses will not be counted: %s", error)
            return
        with self._lock:
            self._counts = counts
            self._keep()

    def _keep(self) -> None:
        if self._counts is not None:
            self._counts.keep(self._accepted, self._recorded)
