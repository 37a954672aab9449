"""Statistics of days, weeks and months, and how long those who came stayed, as GraphQL types."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated

import strawberry
from pydantic import TypeAdapter

from api.arguments import checked_list
from api.checks import checking
from api.context import Asked
from api.cursors import cursor_of, key_of, page_of
from api.described import output
from api.trainings import require_admin
from graph.days import Bucket, Days, Granularity, cohorts
from recommend.fairness import unfair
from recommend.settings import StatisticsSettings

KEY: TypeAdapter[tuple[date]] = TypeAdapter(tuple[date])
MOST_DAYS = 1_100
MOST_BUCKETS = 400
WEEKS_SHOWN = 26


strawberry.enum(Granularity, description="What is told together; weeks begin on Monday.")


@output
class EventsOfType:
    """Events of one type."""

    type: str
    events: int
    value: float = strawberry.field(description="The sum of their values.")


@output
class AnswersOf:
    """Answers that have something in common, and what came of them."""

    name: str
    answers: int
    taken: int = strawberry.field(description="Answers from which something was taken.")
    ctr: float | None = strawberry.field(description="Their share.")


@output
class Position:
    """A place in lists."""

    position: int
    shown: int
    taken: int
    ctr: float | None


@output
class Exposure:
    """Impressions on items of one popularity group."""

    group: str = strawberry.field(description="head, middle or tail: see EDGEWISE_STATISTICS_HEAD_SHARE.")
    impressions: int
    share: float


@output
class Statistics:
    """What happened in a day, a week or a month, as far as it lies within what was asked for."""

    first: date
    last: date
    events: int
    events_by_type: list[EventsOfType]
    active_users: int = strawberry.field(description="Of the day, or of the 7 or 28 days that end with the last one.")
    weekly_active_users: int = strawberry.field(description="Different users of the 7 days that end with the last one.")
    monthly_active_users: int = strawberry.field(description="Different users of the 28 days that end with it.")
    new_users: int = strawberry.field(description="Users whose first event it is.")
    sessions: int = strawberry.field(description="Visits; midnight (UTC) ends one.")
    session_minutes: float | None = strawberry.field(description="Mean length of a visit.")
    answers: int
    impressions: int
    taken: int = strawberry.field(description="Items taken.")
    dismissed: int
    ctr: float | None = strawberry.field(description="Share of answers from which something was taken.")
    by_strategy: list[AnswersOf] = strawberry.field(description="By the strategy that was asked for.")
    by_layer: list[AnswersOf] = strawberry.field(description="By what answered in the end.")
    by_variant: list[AnswersOf] = strawberry.field(description="By experiment and variant.")
    by_attribute: list[AnswersOf] = strawberry.field(description="By EDGEWISE_STATISTICS_ATTRIBUTE of users.")
    positions: list[Position]
    exposure: list[Exposure] = strawberry.field(description="By how popular the items are.")
    warning: str | None = strawberry.field(description="Where exposure is uneven, over items or over users.")
    coverage: float | None = strawberry.field(description="Share of items shown on a day, on the mean.")
    gini: float | None = strawberry.field(description="Of exposure over items, the mean of days.")
    novelty: float | None = strawberry.field(description="Bits that a shown item tells, the mean of days.")


@output
class StatisticsPage:
    """Statistics, oldest first."""

    buckets: list[Statistics]
    end_cursor: str | None
    has_next_page: bool


@output
class Cohort:
    """Users whose first event was in one week, and who of them was active in each week from then on."""

    week: date = strawberry.field(description="Its Monday.")
    users: int
    retained: list[float] = strawberry.field(description="Share active in the week itself (1), the next, and so on.")


FirstDay = Annotated[date, strawberry.argument(name="from", description="The first day (UTC).")]
LastDay = Annotated[date, strawberry.argument(name="to", description="The last day (UTC), included.")]
Buckets = Annotated[int, strawberry.argument(description=f"How many, 1 to {MOST_BUCKETS}.")]


async def load_statistics(
    info: Asked, first_day: date, last_day: date, granularity: Granularity, *, limit: int, after: str | None
) -> StatisticsPage:
    """One page of them. Raises Forbidden for others than admins."""
    require_admin(info)
    with checking() as problems:
        if last_day < first_day:
            problems.add("to", f"is before from ({first_day})")
        elif (last_day - first_day).days >= MOST_DAYS:
            problems.add("to", f"is more than {MOST_DAYS} days after from")
        if not 1 <= limit <= MOST_BUCKETS:
            problems.add("limit", f"is {limit}; ask for 1 to {MOST_BUCKETS}")
    (before,) = key_of(after, KEY, (first_day - timedelta(days=1),))
    start = before + timedelta(days=1)
    if not first_day <= start <= last_day:
        return StatisticsPage(buckets=[], end_cursor=after, has_next_page=False)
    services = info.context.services
    days = await info.context.offload(Days, services.graph, start, last_day)
    kept, more = page_of(days.buckets(granularity), limit)
    told = [statistics_of(one, services.statistics) for one in kept]
    return StatisticsPage(buckets=told, end_cursor=cursor_of_day(kept[-1].last), has_next_page=more)


def cursor_of_day(day: date) -> str:
    """The cursor of what ends with that day."""
    return cursor_of(day.isoformat())


async def load_retention(info: Asked, first: int) -> list[Cohort]:
    """The newest cohorts, oldest first. Raises Forbidden for others than admins."""
    require_admin(info)
    checked_list(first)
    services = info.context.services
    found = await info.context.offload(cohorts, services.graph, services.clock().date(), first)
    return [
        Cohort(week=one.monday, users=one.users, retained=[active / one.users for active in one.active])
        for one in found
        if one.users
    ]


def statistics_of(one: Bucket, settings: StatisticsSettings) -> Statistics:
    """The bucket as GraphQL shows it."""
    impressions = sum(one.groups.values())
    return Statistics(
        first=one.first,
        last=one.last,
        events=one.events,
        events_by_type=[EventsOfType(type=name, events=pair[0], value=pair[1]) for name, pair in one.types.items()],
        active_users=one.active,
        weekly_active_users=one.weekly,
        monthly_active_users=one.monthly,
        new_users=one.new_users,
        sessions=one.sessions,
        session_minutes=one.session_minutes / one.sessions if one.sessions else None,
        answers=one.answers,
        impressions=one.impressions,
        taken=one.taken,
        dismissed=one.dismissed,
        ctr=_share(one.answers_taken, one.answers),
        by_strategy=_answers(one.strategies),
        by_layer=_answers(one.layers),
        by_variant=_answers(one.variants),
        by_attribute=_answers(one.attributes),
        positions=[
            Position(position=place, shown=shown, taken=taken, ctr=_share(taken, shown))
            for place, (shown, taken) in enumerate(one.positions, start=1)
        ],
        exposure=[
            Exposure(group=name, impressions=count, share=count / impressions)
            for name, count in one.groups.items()
            if impressions
        ],
        warning=unfair(one.groups, one.attributes, settings),
        coverage=one.coverage,
        gini=one.gini,
        novelty=one.novelty,
    )


def _answers(found: Mapping[str, tuple[int, int]]) -> list[AnswersOf]:
    return [
        AnswersOf(name=name, answers=answers, taken=taken, ctr=_share(taken, answers))
        for name, (answers, taken) in found.items()
    ]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
