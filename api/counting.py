"""Counts now and then what happened: arms of `auto` earn it, guardrails stop variants, days have their statistics."""

from __future__ import annotations

import logging

from anyio import sleep, to_thread

from api.services import Services
from graph.bandit import BanditUpdate, update_bandit
from graph.errors import EdgewiseError
from recommend.daily import count_days
from recommend.guardrails import stop_broken

LOGGER = logging.getLogger(__name__)


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


async def keep_counting(services: Services) -> None:
    """Until it is cancelled; replicas that do so at once count nothing twice."""
    while True:
        await sleep(services.bandit.update_seconds)
        try:
            await to_thread.run_sync(count, services, abandon_on_cancel=True)
        except EdgewiseError as error:
            LOGGER.warning("what happened could not be counted; it will be: %s", error)
