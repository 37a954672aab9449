"""The web application, made of services that are passed in; `compose` is the composition root."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from anyio import Event, create_task_group, sleep, to_thread
from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Route, WebSocketRoute

from api.answer_cache import AnswerCache
from api.answer_store import open_answers
from api.cache import open_cache
from api.changed_users import ChangedUsers
from api.counting import keep_counting
from api.following import keep_following
from api.graphql_app import GraphQLApp
from api.health import health_router
from api.impressions import Impressions
from api.middleware import LimitedBody, LoggedRequests
from api.services import Services
from api.settings import ApiSettings, CacheSettings, ImpressionSettings
from graph.client import Graph
from graph.errors import EdgewiseError
from graph.settings import ChurnSettings, FeedbackSettings, PopularitySettings, PreferenceSettings, read_settings
from recommend.answering import Answering
from recommend.catalogue import Catalogue
from recommend.last_known import LastKnown
from recommend.serving import serving_experiments, serving_service, utc_now
from recommend.settings import AnsweringSettings, BanditSettings, StatisticsSettings

PATH = "/graphql"
MIB = 2**20
LOGGER = logging.getLogger(__name__)


def nothing() -> None:
    """Close nothing."""


def create_app(services: Services, close: Callable[[], None] = nothing) -> FastAPI:
    """The application; `close` is called after the last request."""
    settings = services.settings

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await to_thread.run_sync(_warm, services)
        stopping = Event()
        async with create_task_group() as recording:
            recording.start_soon(services.impressions.run, stopping)
            async with create_task_group() as learning:
                learning.start_soon(_keep_learning, services.answering)
                learning.start_soon(keep_following, services)
                learning.start_soon(keep_counting, services)
                yield
                learning.cancel_scope.cancel()
            stopping.set()
        await services.answers.close()
        close()

    app = FastAPI(
        title="Edgewise",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        middleware=[
            Middleware(LoggedRequests, latencies=services.latencies),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(settings.allowed_hosts), www_redirect=False),
            Middleware(LimitedBody, most=int(settings.max_body_mb * MIB)),
        ],
    )
    app.state.services = services
    app.include_router(health_router(services))
    graphql = GraphQLApp(services)
    app.router.routes.extend([Route(PATH, graphql), WebSocketRoute(PATH, graphql)])

    @app.get("/", include_in_schema=False)
    async def start() -> RedirectResponse:
        """Lead people to GraphiQL."""
        return RedirectResponse(PATH)

    return app


def _warm(services: Services) -> None:
    """Not being able to is no reason not to start: the first requests take longer, or say what is wrong."""
    try:
        services.recommendations.warm()
    except EdgewiseError as error:
        LOGGER.warning("starting cold: %s", error)
    # The copies stay; looking through them again and again would stop every request for a tenth of a second.
    gc.collect()
    gc.freeze()


async def _keep_learning(answering: Answering) -> None:
    """Look now and then at what is popular, for when the database is away."""
    while True:
        try:
            await to_thread.run_sync(answering.learn, abandon_on_cancel=True)
        except EdgewiseError as error:
            LOGGER.warning("what is popular could not be read; what was known stays: %s", error)
        await sleep(answering.settings.last_known_seconds)


def compose(graph: Graph, settings: ApiSettings, close: Callable[[], None] = nothing) -> FastAPI:
    """The application on `graph`, with everything else from the environment. Raises ConfigurationError."""
    catalogue = Catalogue(graph)
    cache = open_cache(settings.redis_url, time.monotonic)
    last_known = LastKnown(catalogue, cache, utc_now)
    experimenting = serving_experiments(graph)
    service = serving_service(graph, catalogue, last_known, experimenting=experimenting)
    impressions, kept = Impressions(graph, read_settings(ImpressionSettings), utc_now), read_settings(CacheSettings)
    services = Services(
        graph=graph,
        recommendations=service,
        answering=Answering(service, last_known, read_settings(AnsweringSettings), time.monotonic),
        preferences=read_settings(PreferenceSettings),
        popularity=read_settings(PopularitySettings),
        cache=cache,
        catalogue=catalogue,
        impressions=impressions,
        answers=AnswerCache(open_answers(settings.redis_url, time.monotonic), kept, impressions),
        changed_users=ChangedUsers(settings.most_subscriptions),
        cache_settings=kept,
        feedback=read_settings(FeedbackSettings),
        bandit=read_settings(BanditSettings),
        churn=read_settings(ChurnSettings),
        statistics=read_settings(StatisticsSettings),
        experimenting=experimenting,
        settings=settings,
    )
    return create_app(services, close)
