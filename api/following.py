"""Looks again and again at what has changed in the graph, so that no answer is kept for longer than it holds."""

from __future__ import annotations

import logging

from anyio import sleep, to_thread

from api.services import Services
from graph.changes import ChangeReader, Changes
from graph.errors import EdgewiseError

LOGGER = logging.getLogger(__name__)


async def keep_following(services: Services) -> None:
    """Until it is cancelled. What is kept while the database is away is as old as its last look."""
    reader, away = ChangeReader(services.graph), False
    while True:
        try:
            changes = await to_thread.run_sync(reader.look, abandon_on_cancel=True)
        except EdgewiseError as error:
            if not away:
                LOGGER.warning("what changes in the graph cannot be seen at the moment: %s", error)
            away = True
        else:
            away = False
            await told(services, changes)
        await sleep(services.cache_settings.look_seconds)


async def told(services: Services, changes: Changes) -> None:
    """Let fall what became old, then tell who listens."""
    if changes.state.experiments != services.answers.experiments:
        services.experimenting.look_again()
    await services.answers.follow(changes)
    services.changed_users.tell(changes.users)
