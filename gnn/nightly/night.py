"""One run of the nightly job, under its lock."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from tenacity import RetryError, Retrying, stop_after_attempt, wait_fixed

from gnn.nightly.settings import NightlySettings
from gnn.nightly.step import Step
from graph.client import Graph
from graph.errors import GraphError, Locked
from graph.ids import new_id
from graph.jobs import (
    NIGHTLY,
    JobRecord,
    JobStatus,
    StepRecord,
    finish_job,
    record_step,
    release_lock,
    start_job,
    step_states,
    take_lock,
)

RENEWALS = 3
"""How often a lock is renewed in the time after which it would be free."""
Clock = Callable[[], datetime]
Told = Callable[[StepRecord], None]

_log = logging.getLogger(__name__)


def run_night(
    graph: Graph,
    steps: Sequence[Step],
    settings: NightlySettings,
    clock: Clock,
    *,
    force: bool = False,
    run_id: str | None = None,
    told: Told = lambda _step: None,
) -> JobRecord:
    """Do `steps` in order and record each; return the record of the whole.

    A step that fails is tried again, and does not end the night: those that do not need it go on. `force` does those
    too for which nothing has changed; `run_id` is that of a run which waits, if this is the one. Raises Locked while
    another run has the lock.
    """
    run_id = run_id or new_id(NIGHTLY)
    with _locked(graph, run_id, settings.lock_seconds, clock):
        began = clock()
        if killed := start_job(graph, NIGHTLY, run_id, began):
            _log.warning("%d earlier runs of the nightly job were killed", killed)
        before = {} if force else step_states(graph, NIGHTLY)
        done: dict[str, StepRecord] = {}
        for position, step in enumerate(steps):
            done[step.name] = record = _do(step, done, before, settings)
            record_step(graph, run_id, position, record)
            told(record)
        failed = any(record.status in {"failed", "blocked"} for record in done.values())
        status: JobStatus = "failed" if failed else "succeeded"
        ended = clock()
        finish_job(graph, run_id, status, ended)
    return JobRecord(run_id, status, began, ended, list(done.values()))


def _do(step: Step, done: dict[str, StepRecord], before: dict[str, str], settings: NightlySettings) -> StepRecord:
    needed = [done[name].status for name in step.needs if name in done]
    if any(status in {"failed", "blocked"} for status in needed):
        return StepRecord(step.name, "blocked", error="a step that it needs has failed")
    state = step.state()
    if before.get(step.name) == state and "succeeded" not in needed:
        return StepRecord(step.name, "skipped", state=state)
    began = time.perf_counter()
    tries = Retrying(stop=stop_after_attempt(settings.attempts), wait=wait_fixed(settings.retry_seconds))
    try:
        metrics = tries(step.run)
    except RetryError as error:
        cause = error.last_attempt.exception()
        _log.error("%s failed %d times: %s", step.name, settings.attempts, cause)
        told = f"{type(cause).__name__}: {cause}"
        return StepRecord(step.name, "failed", time.perf_counter() - began, settings.attempts, error=told)
    attempts = int(tries.statistics["attempt_number"])
    return StepRecord(step.name, "succeeded", time.perf_counter() - began, attempts, metrics, state=state)


@contextmanager
def _locked(graph: Graph, owner: str, seconds: float, clock: Clock) -> Iterator[None]:
    """Keep the lock while it lasts, so that it is free soon after a kill but never before the end."""
    if not take_lock(graph, NIGHTLY, owner, clock(), seconds):
        raise Locked("Another run of the nightly job goes on; if it was killed, its lock is free within minutes.")
    over = threading.Event()

    def keep() -> None:
        while not over.wait(seconds / RENEWALS):
            try:
                kept = take_lock(graph, NIGHTLY, owner, clock(), seconds)
            except GraphError:
                _log.warning("the lock of the nightly job could not be renewed", exc_info=True)
            else:
                if not kept:
                    _log.error("the lock of the nightly job was lost to another run")

    keeper = threading.Thread(target=keep, name="nightly-lock", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()
        release_lock(graph, NIGHTLY, owner)
