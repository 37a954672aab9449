"""What single users and items have to show, as GraphQL types."""

from __future__ import annotations

import strawberry

from api.context import Asked
from api.described import output
from api.stats import Count
from graph import activity
from graph.activity import ANSWERS, BUDGET, Counted
from graph.errors import UnknownItem, UnknownUser

ENROLLED = "enroll"


@output
class UserStatistics:
    """What a user did and was shown."""

    events_by_type: list[Count] = strawberry.field(description=f"Of {BUDGET:,} events at most.")
    active_days: int
    top_kinds: list[Count]
    top_tags: list[Count]
    answers: int = strawberry.field(description=f"Shown to the user, {BUDGET:,} at most.")
    answers_taken: int = strawberry.field(description="Of these, from which something was taken.")
    answers_dismissed: int
    items_taken: int
    enrolled: int = strawberry.field(description="Events of the type enroll.")
    ctr: float | None = strawberry.field(description="Share of answers from which something was taken.")


@output
class ShownAt:
    """How an item does at a position of lists."""

    position: int
    shown: int
    taken: int
    ctr: float


@output
class ReachedBy:
    """How a strategy brings an item to people."""

    strategy: str
    shown: int
    taken: int


@output
class ItemStatistics:
    """What became of an item."""

    events: int = strawberry.field(description="All that there are.")
    events_by_type: list[Count] = strawberry.field(description=f"Of {BUDGET:,} at most.")
    shown: int = strawberry.field(description=f"In the newest {ANSWERS:,} answers, as is all below.")
    taken: int
    positions: list[ShownAt]
    strategies: list[ReachedBy] = strawberry.field(description="By which it reaches people, the commonest first.")


async def load_user_statistics(info: Asked, user_id: str) -> UserStatistics:
    """Of one user. Raises UnknownUser."""
    found = await info.context.loaders.user_statistics.load(user_id)
    if found is None:
        raise UnknownUser(f"There is no user {user_id!r}.")
    return UserStatistics(
        events_by_type=counts_of(found.types),
        active_days=found.active_days,
        top_kinds=counts_of(found.kinds),
        top_tags=counts_of(found.tags),
        answers=found.answers,
        answers_taken=found.taken,
        answers_dismissed=found.dismissed,
        items_taken=found.items_taken,
        enrolled=dict(found.types).get(ENROLLED, 0),
        ctr=found.taken / found.answers if found.answers else None,
    )


async def load_item_statistics(info: Asked, item_id: str) -> ItemStatistics:
    """Of one item. Raises UnknownItem."""
    found = await info.context.loaders.item_statistics.load(item_id)
    if found is None:
        raise UnknownItem(f"There is no item {item_id!r}.")
    at, by = _summed(found)
    return ItemStatistics(
        events=found.events,
        events_by_type=counts_of(found.types),
        shown=sum(shown for shown, _ in at.values()),
        taken=sum(taken for _, taken in at.values()),
        positions=[
            ShownAt(position=position, shown=shown, taken=taken, ctr=taken / shown)
            for position, (shown, taken) in sorted(at.items())
        ],
        strategies=[
            ReachedBy(strategy=name, shown=shown, taken=taken)
            for name, (shown, taken) in sorted(by.items(), key=lambda one: (-one[1][0], one[0]))
        ],
    )


def counts_of(counted: Counted) -> list[Count]:
    """As GraphQL shows them."""
    return [Count(name=name, count=count) for name, count in counted]


def _summed(found: activity.ItemStatistics) -> tuple[dict[int, tuple[int, int]], dict[str, tuple[int, int]]]:
    at: dict[int, tuple[int, int]] = {}
    by: dict[str, tuple[int, int]] = {}
    for one in found.showings:
        shown, taken = at.get(one.position, (0, 0))
        at[one.position] = shown + one.shown, taken + one.taken
        shown, taken = by.get(one.strategy, (0, 0))
        by[one.strategy] = shown + one.shown, taken + one.taken
    return at, by
