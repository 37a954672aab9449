"""Whether the process lives, and whether it can answer."""

from __future__ import annotations

import logging
from collections.abc import Callable

from fastapi import APIRouter, Response, status
from pydantic import BaseModel

from api.offload import Offload
from api.services import Services
from graph.errors import EdgewiseError
from graph.statistics import require_answer

LOGGER = logging.getLogger(__name__)
PROBES = 2
"""Probes at once: one that hangs must not hold a thread that answers queries."""


class Health(BaseModel):
    """`status` is ok or down; `dependencies` says which one is why."""

    status: str
    dependencies: dict[str, str] = {}


class Readiness:
    """Asks each dependency, with a deadline. Without Neo4j there is no answer; without the cache only a slower one."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._timeout = services.settings.ready_timeout
        self._offload = Offload(PROBES)

    async def examine(self) -> Health:
        """The state of every dependency."""
        neo4j = await self._state(lambda: require_answer(self._services.graph))
        cache = "ok" if await self._offload(self._services.cache.is_healthy) else "down: answers are slower"
        return Health(status="ok" if neo4j == "ok" else "down", dependencies={"neo4j": neo4j, "cache": cache})

    async def _state(self, probe: Callable[[], None]) -> str:
        try:
            await self._offload.within(self._timeout, probe)
        except TimeoutError:
            return f"down: no answer within {self._timeout:g} s"
        except EdgewiseError as error:
            LOGGER.warning("not ready: %s", error)
            return f"down: {error.code}"
        return "ok"


def health_router(services: Services) -> APIRouter:
    """`/healthz` and `/readyz`."""
    router = APIRouter(tags=["health"])
    readiness = Readiness(services)

    @router.get("/healthz")
    async def healthz() -> Health:
        """The process lives."""
        return Health(status="ok")

    @router.get("/readyz")
    async def readyz(response: Response) -> Health:
        """Everything that an answer needs is there; 503 and the name of what is not."""
        health = await readiness.examine()
        if health.status != "ok":
            response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
        return health

    return router
