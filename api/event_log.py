"""The log of interactions as GraphQL types."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import strawberry
from pydantic import TypeAdapter
from strawberry import ID

from api.arguments import checked_list
from api.checks import check_names, checking, wrong_zone
from api.context import Asked
from api.cursors import cursor_of, key_of, page_of
from api.described import output, sent
from api.trainings import require_admin
from api.users import Interaction, interaction_of
from graph.event_log import LAST_MILLIS, LogFilter, event_log

KEY: TypeAdapter[tuple[int, str]] = TypeAdapter(tuple[int, str])


@sent
class InteractionFilter:
    """Which interactions; all of it must hold, and what is not given asks for nothing."""

    user_id: ID | None = None
    item_id: ID | None = None
    types: list[str] | None = None
    from_: datetime | None = strawberry.field(name="from", default=None, description="At or after this moment.")
    until: datetime | None = strawberry.field(default=None, description="Before this moment.")


@output
class LoggedInteraction:
    """An interaction and whose it is."""

    user_id: ID
    interaction: Interaction


@output
class Interactions:
    """One page of interactions, newest first."""

    interactions: list[LoggedInteraction]
    end_cursor: str | None
    has_next_page: bool


Which = Annotated[InteractionFilter | None, strawberry.argument(description="Which; without: all.")]


async def load_interactions(
    info: Asked, where: InteractionFilter | None, first: int, after: str | None
) -> Interactions:
    """One page. Raises Forbidden for others than admins, InputError."""
    require_admin(info)
    checked_list(first)
    wanted = _filter(where or InteractionFilter())
    key = key_of(after, KEY, (LAST_MILLIS, ""))
    found = await info.context.offload(event_log, info.context.services.graph, wanted, first + 1, key)
    kept, more = page_of(found, first)
    end = cursor_of(round(kept[-1].at.timestamp() * 1000), kept[-1].event_id) if kept else None
    listed = [LoggedInteraction(user_id=ID(one.user_id), interaction=interaction_of(one)) for one in kept]
    return Interactions(interactions=listed, end_cursor=end, has_next_page=more)


def _filter(where: InteractionFilter) -> LogFilter:
    with checking() as problems:
        for name, one in (("userId", where.user_id), ("itemId", where.item_id)):
            check_names(problems, f"where.{name}", None if one is None else [one])
        check_names(problems, "where.types", where.types)
        for name, at in (("from", where.from_), ("until", where.until)):
            problems.add(f"where.{name}", None if at is None else wrong_zone(at))
    start, end = _millis(where.from_, 0), _millis(where.until, LAST_MILLIS)
    return LogFilter(where.user_id, where.item_id, tuple(where.types or ()), start, end)


def _millis(at: datetime | None, default: int) -> int:
    return default if at is None else round(at.astimezone(UTC).timestamp() * 1000)
