"""Checks what fields are asked with, and turns it into the requests of `recommend`."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import ID

from api.checks import check_names, checking, wrong_first, wrong_id
from recommend.protocol import MOST, Ask, Filters

MOST_EXCLUDED = 1_000

First = Annotated[int, strawberry.argument(description=f"How many, 1 to {MOST}.")]
Strategy = Annotated[
    str | None,
    strawberry.argument(
        description="Name of a strategy (see stats.strategies), or NAME@RUN for one run; without: the default one."
    ),
]
Kinds = Annotated[list[str] | None, strawberry.argument(description="Only items of one of these kinds.")]
Tags = Annotated[list[str] | None, strawberry.argument(description="Only items with one of these tags.")]
Excluded = Annotated[list[ID] | None, strawberry.argument(description="Items that must not come.")]
By = Annotated[
    str | None,
    strawberry.argument(description="co-occurrence (liked by the same users) or content (same tags); without: any."),
]


def checked_ask(user_id: str, first: int, filters: Filters) -> Ask:
    """A request for one user. Raises InputError that names every wrong argument."""
    with checking() as problems:
        problems.add("userId", wrong_id(user_id))
        problems.add("first", wrong_first(first, MOST))
    return Ask(user_id, first, filters)


def checked_filters(
    kinds: list[str] | None = None, tags: list[str] | None = None, exclude_ids: list[ID] | None = None
) -> Filters:
    """What may be recommended. Raises InputError that names every wrong argument."""
    with checking() as problems:
        check_names(problems, "kinds", kinds)
        check_names(problems, "tags", tags)
        check_names(problems, "excludeIds", exclude_ids, MOST_EXCLUDED, wrong_id)
    return Filters(tuple(kinds or ()), tuple(tags or ()), tuple(exclude_ids or ()))


def checked_list(first: int, **ids: str) -> None:
    """Raise InputError unless `first` is within 1..50 and each of `ids` (by argument) is an id."""
    with checking() as problems:
        problems.add("first", wrong_first(first, MOST))
        for argument, one in ids.items():
            problems.add(argument, wrong_id(one))
