"""What the graph holds and which models serve, as GraphQL types."""

from __future__ import annotations

from datetime import datetime

import strawberry
from pydantic import TypeAdapter, ValidationError
from strawberry import ID

from api.arguments import First, checked_list
from api.context import Asked
from api.described import output, resolved
from api.services import Services
from graph import statistics
from graph.statistics import (
    NEWEST_EVENTS,
    EventTypes,
    ServingRun,
    counts,
    event_types,
    item_kinds,
    serving_runs,
)

EVENT_TYPES = TypeAdapter(EventTypes)
EVENT_TYPES_KEY = "stats:event-types"


@output
class Count:
    """How many there are of one sort."""

    name: str
    count: int


@output
class EventCounts:
    """The newest events by type."""

    by_type: list[Count]
    looked_at: int = strawberry.field(description=f"How many of the newest were counted: {NEWEST_EVENTS:,} at most.")
    newest_at: datetime | None


@output
class Metric:
    """One number by which a training measured itself."""

    name: str
    value: float


@output
class ServingModel:
    """The training whose model answers."""

    model: str
    run: ID
    created_at: datetime
    age_seconds: float
    embedding_size: int
    users: int
    items: int
    metrics: list[Metric]


@output
class Creator:
    """Who makes items."""

    name: str
    items: int
    share: float = strawberry.field(description="Of the popularity of all items that have a creator.")


@output
class Process:
    """One process of the API, since it began."""

    requests: int
    p50_ms: float | None = strawberry.field(description="Half of the newest 1,000 requests took no longer.")
    p99_ms: float | None
    cache_hits: int
    cache_misses: int
    hit_rate: float | None = strawberry.field(description="Share of answers that could be kept and were found so.")


@output
class Stats:
    """Sizes of the graph, and what serves."""

    users: int
    items: int
    tags: int
    creators: int
    events: int
    preferences: int = strawberry.field(description="Pairs of a user and an item that have events.")
    similarities: int = strawberry.field(description="SIMILAR edges between items.")
    answers: int = strawberry.field(description="Answers that were recorded as shown.")
    feedback: int = strawberry.field(description="What people did with what they were shown.")
    attributed: int = strawberry.field(description="Of the feedback, what knows the answer that led to it.")
    strategies: list[str] = strawberry.field(description="Names that `strategy` takes.")

    @resolved
    async def items_by_kind(self, info: Asked) -> list[Count]:
        """Items of each kind, the commonest first."""
        found = await info.context.offload(item_kinds, info.context.services.graph)
        return [Count(name=kind, count=items) for kind, items in found.items()]

    @resolved
    async def events_by_type(self, info: Asked) -> EventCounts:
        """The newest events by type, the commonest first; kept for EDGEWISE_API_STATS_SECONDS."""
        found = await info.context.offload(kept_event_types, info.context.services)
        by_type = [Count(name=name, count=events) for name, events in found.by_type.items()]
        return EventCounts(by_type=by_type, looked_at=found.looked_at, newest_at=found.newest_at)

    @resolved
    async def popular_creators(self, info: Asked, first: First = 10) -> list[Creator]:
        """Creators by how popular their items are together."""
        checked_list(first)
        found = await info.context.offload(statistics.popular_creators, info.context.services.graph, first)
        return [Creator(name=one.creator, items=one.items, share=one.share) for one in found]

    @resolved
    def process(self, info: Asked) -> Process:
        """How the process that answers this is doing; with several, ask several times."""
        services = info.context.services
        hits, misses = services.answers.hits, services.answers.misses
        return Process(
            requests=services.latencies.requests,
            p50_ms=services.latencies.quantile(0.5),
            p99_ms=services.latencies.quantile(0.99),
            cache_hits=hits,
            cache_misses=misses,
            hit_rate=hits / (hits + misses) if hits + misses else None,
        )

    @resolved
    async def models(self, info: Asked) -> list[ServingModel]:
        """The trainings that serve."""
        now = info.context.services.clock()
        found = await info.context.offload(serving_runs, info.context.services.graph)
        return [_serving_model(run, now) for run in found]


def kept_event_types(services: Services) -> EventTypes:
    """The newest events by type, from the cache while it keeps them; what it holds in another form is replaced."""
    kept = services.cache.get(EVENT_TYPES_KEY)
    if kept is not None:
        try:
            return EVENT_TYPES.validate_json(kept)
        except ValidationError:
            services.cache.drop(EVENT_TYPES_KEY)
    found = event_types(services.graph)
    if services.settings.stats_seconds > 0:
        services.cache.set(EVENT_TYPES_KEY, EVENT_TYPES.dump_json(found), services.settings.stats_seconds)
    return found


async def load_stats(info: Asked) -> Stats:
    """The cheap numbers; the dearer ones are read only if they are asked for."""
    services = info.context.services
    found = await info.context.offload(counts, services.graph)
    return Stats(
        users=found.users,
        items=found.items,
        tags=found.tags,
        creators=found.creators,
        events=found.events,
        preferences=found.preferences,
        similarities=found.similarities,
        answers=found.answers,
        feedback=found.feedback,
        attributed=found.attributed,
        strategies=list(services.recommendations.strategies),
    )


def _serving_model(run: ServingRun, now: datetime) -> ServingModel:
    return ServingModel(
        model=run.model,
        run=ID(run.run_id),
        created_at=run.created_at,
        age_seconds=(now - run.created_at).total_seconds(),
        embedding_size=run.embedding_size,
        users=run.users,
        items=run.items,
        metrics=[Metric(name=name, value=value) for name, value in sorted(run.metrics.items())],
    )
