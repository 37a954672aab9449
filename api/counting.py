"""Counts now and then what happened: arms of `auto` earn it, guardrails stop variants, days have their statistics."""

from __future__ import annotations

import logging
from contextlib import suppress
from uuid import uuid4

from anyio import move_on_after, sleep, to_thread

from api.services import Services
from graph.bandit import BanditUpdate, update_bandit
from graph.errors import EdgewiseError
from graph.jobs import release_lock, take_lock
from recommend.daily import count_days
from recommend.guardrails import stop_broken

LOGGER = logging.getLogger(__name__)
LOCK = "counting"
"""Of the process that counts for all."""
LATE_SECONDS = 60.0
"""By which it may be late, beside half a turn, before another takes its place."""
CLOSING_SECONDS = 2.0
"""Longest that the end of the process waits to give the lock back; else it lapses."""


def count_rewards(services: Services) -> BanditUpdate:
    """Let the arms earn what is new. Raises GraphError."""
    settings = services.bandit
    return update_bandit(
        services.graph,
        services.feedback,
        hours=settings.hours,
        fewest=settings.fewest_answers,
        settle_seconds=settings.settle_seconds,
    )


def count(services: Services) -> None:
    """All that there is to count. Raises GraphError."""
    count_rewards(services)
    if stop_broken(services.graph):
        services.experimenting.look_again()
    told = services.statistics
    count_days(services.graph, told, most=told.days_at_once, least_age=told.recount_seconds)


def count_for_all(services: Services, owner: str) -> bool:
    """Count, unless another process does; returns whether this one did. Raises GraphError.

    Two that count at once count nothing twice, but take as long each: the lock spares work, and nothing relies on it.
    """
    seconds = 1.5 * services.bandit.update_seconds + LATE_SECONDS
    if not take_lock(services.graph, LOCK, owner, services.clock(), seconds):
        return False
    count(services)
    return True


async def keep_counting(services: Services) -> None:
    """Until it is cancelled, if no other process does; whichever has begun goes on."""
    owner, began = uuid4().hex, False
    try:
        while True:
            await sleep(services.bandit.update_seconds)
            began = True
            try:
                await to_thread.run_sync(count_for_all, services, owner, abandon_on_cancel=True)
            except EdgewiseError as error:
                LOGGER.warning("what happened could not be counted; it will be: %s", error)
    finally:
        if began:
            with move_on_after(CLOSING_SECONDS, shield=True), suppress(EdgewiseError):
                await to_thread.run_sync(release_lock, services.graph, LOCK, owner, abandon_on_cancel=True)
