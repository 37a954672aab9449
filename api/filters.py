"""What clients may filter by, beside kinds, tags and excluded ids."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from math import inf
from typing import Annotated

import strawberry
from strawberry import ID

from api.arguments import checked_filters
from api.checks import check_names, checking, wrong_first, wrong_id, wrong_name, wrong_zone
from api.context import Asked
from api.described import sent
from graph.event_batch import milliseconds
from graph.reach import MOST_HOPS, Reach, Way, reached
from recommend.protocol import Filters, NumberRange

MOST_NUMBERS = 10
MOST_REACHES = 3


@sent
class NumberFilter:
    """A numeric property of items, such as a price, that must lie in a range; items without it do not come."""

    name: str
    at_least: float | None = None
    at_most: float | None = None


strawberry.enum(
    Way,
    name="ReachWay",
    description="SIMILAR: by a similarity edge; TAG, CREATOR: by one in common; PEOPLE: by somebody who likes both.",
)


@sent
class ReachFilter:
    """Items that can be reached from one in the graph, within bounds on what is walked."""

    item_id: ID
    way: Way
    hops: int = strawberry.field(default=1, description=f"1 to {MOST_HOPS}.")


@sent
class ItemFilter:
    """What must hold of an item; what is left out asks for nothing."""

    all_tags: list[str] | None = strawberry.field(default=None, description="It has each of these tags.")
    no_kinds: list[str] | None = strawberry.field(default=None, description="It is of none of these kinds.")
    no_tags: list[str] | None = strawberry.field(default=None, description="It has none of these tags.")
    created_after: datetime | None = strawberry.field(default=None, description="With its time zone.")
    numbers: list[NumberFilter] | None = strawberry.field(default=None, description="It has each in its range.")
    reach: list[ReachFilter] | None = strawberry.field(default=None, description="It can be reached so, of each.")
    available: bool = strawberry.field(
        default=False, description="Leave out items whose property `available` is false."
    )


Where = Annotated[ItemFilter | None, strawberry.argument(description="Further filters; all of them must hold.")]


def narrowed_by(filters: Filters, where: ItemFilter | None) -> Filters:
    """`filters` with those of `where`. Raises InputError that names every wrong value."""
    if where is None:
        return filters
    with checking() as problems:
        check_names(problems, "where.allTags", where.all_tags)
        check_names(problems, "where.noTags", where.no_tags)
        check_names(problems, "where.noKinds", where.no_kinds)
        if where.created_after is not None:
            problems.add("where.createdAfter", wrong_zone(where.created_after))
        if len(where.numbers or ()) > MOST_NUMBERS:
            problems.add("where.numbers", f"has {len(where.numbers or ())} entries; {MOST_NUMBERS} is the most")
        for k, one in enumerate((where.numbers or [])[:MOST_NUMBERS]):
            problems.add(f"where.numbers[{k}].name", wrong_name(one.name))
            problems.add(f"where.numbers[{k}]", _wrong_range(one))
        if len(where.reach or ()) > MOST_REACHES:
            problems.add("where.reach", f"has {len(where.reach or ())} entries; {MOST_REACHES} is the most")
        for k, reach in enumerate((where.reach or [])[:MOST_REACHES]):
            problems.add(f"where.reach[{k}].itemId", wrong_id(reach.item_id))
            problems.add(f"where.reach[{k}].hops", wrong_first(reach.hops, MOST_HOPS))
    return replace(
        filters,
        all_tags=tuple(where.all_tags or ()),
        no_tags=tuple(where.no_tags or ()),
        no_kinds=tuple(where.no_kinds or ()),
        created_after=None if where.created_after is None else milliseconds(where.created_after),
        numbers=tuple(_range(one) for one in where.numbers or ()),
        available=where.available,
    )


async def asked_filters(
    info: Asked,
    where: ItemFilter | None,
    kinds: list[str] | None = None,
    tags: list[str] | None = None,
    exclude_ids: list[ID] | None = None,
) -> Filters:
    """What may be recommended, by all that a field can be asked with. Raises InputError that names wrong values."""
    filters = narrowed_by(checked_filters(kinds, tags, exclude_ids), where)
    if where is None or not where.reach:
        return filters
    reaches = [Reach(one.item_id, one.way, one.hops) for one in where.reach]
    found = await info.context.offload(reached, info.context.services.graph, reaches)
    return replace(filters, only_ids=tuple(sorted(frozenset.intersection(*found))))


def _wrong_range(one: NumberFilter) -> str | None:
    found = _range(one)
    if found.at_least > found.at_most:
        return f"no number is at least {found.at_least:g} and at most {found.at_most:g}"
    return None


def _range(one: NumberFilter) -> NumberRange:
    return NumberRange(
        one.name, -inf if one.at_least is None else one.at_least, inf if one.at_most is None else one.at_most
    )
