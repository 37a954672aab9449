"""Checks what fields are asked with, and turns it into the requests of `recommend`."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import ID

from api.checks import Problems, check_names, checking, wrong_first, wrong_id
from api.described import sent
from api.reranking import RerankInput, check_rerank, rerank_ask
from recommend.histories import STORED, History
from recommend.protocol import MOST, NOBODY, Ask, Filters

MOST_EXCLUDED = 1_000
MOST_SEEN = 100
MOST_WEIGHT = 1_000

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
Session = Annotated[
    list[ID],
    strawberry.argument(description=f"What was just seen, the newest last, up to {MOST_SEEN}: later ones count more."),
]
Without = Annotated[
    list[ID] | None,
    strawberry.argument(
        description="Items whose interactions are to count as if they had never been: what would come without them?"
    ),
]


@sent
class StrategyWeight:
    """How much a strategy counts in the blend."""

    strategy: str
    weight: float = strawberry.field(description="0 to 1,000; only the ratios count.")


Weights = Annotated[
    list[StrategyWeight] | None,
    strawberry.argument(description="What hybrid blends, in place of the weights that were learned or set."),
]
Track = Annotated[
    bool, strawberry.argument(description="Whether this counts as shown; say false where it is fetched ahead.")
]
SessionId = Annotated[
    ID | None, strawberry.argument(description="Yours, for one visit, so that what it was shown can be told apart.")
]
By = Annotated[
    str | None,
    strawberry.argument(description="co-occurrence (liked by the same users) or content (same tags); without: any."),
]


def checked_ask(  # noqa: PLR0917 - as the fields take them
    user_id: str,
    first: int,
    filters: Filters,
    without: list[ID] | None = None,
    weights: list[StrategyWeight] | None = None,
    rerank: RerankInput | None = None,
) -> Ask:
    """A request for one user. Raises InputError that names every wrong argument."""
    with checking() as problems:
        problems.add("userId", wrong_id(user_id))
        problems.add("first", wrong_first(first, MOST))
        check_names(problems, "withoutInteractions", without, MOST_EXCLUDED, wrong_id)
        _check_weights(problems, weights)
        check_rerank(problems, rerank)
    history = History(without=tuple(without)) if without else STORED
    return Ask(user_id, first, filters, history, _pairs(weights), rerank_ask(rerank))


def checked_session(  # noqa: PLR0917 - likewise
    items: list[ID],
    first: int,
    filters: Filters,
    weights: list[StrategyWeight] | None,
    rerank: RerankInput | None,
    session_id: ID | None = None,
) -> Ask:
    """A request for nobody that is known. Raises InputError that names every wrong argument."""
    with checking() as problems:
        problems.add("first", wrong_first(first, MOST))
        check_names(problems, "items", items, MOST_SEEN, wrong_id)
        problems.add("sessionId", None if session_id is None else wrong_id(session_id))
        _check_weights(problems, weights)
        check_rerank(problems, rerank)
    history, visitor = History(session=tuple(items)), NOBODY if session_id is None else str(session_id)
    return Ask(NOBODY, first, filters, history, _pairs(weights), rerank_ask(rerank), visitor=visitor)


def _check_weights(problems: Problems, weights: list[StrategyWeight] | None) -> None:
    check_names(problems, "weights", [one.strategy for one in weights or ()])
    for k, one in enumerate(weights or ()):
        if not 0 <= one.weight <= MOST_WEIGHT:
            problems.add(f"weights[{k}].weight", f"is {one.weight:g}; it must be 0 to {MOST_WEIGHT:,}")
    if weights and not any(one.weight > 0 for one in weights):
        problems.add("weights", "are all 0; give one strategy more")


def _pairs(weights: list[StrategyWeight] | None) -> tuple[tuple[str, float], ...]:
    return tuple(sorted({one.strategy: one.weight for one in weights or ()}.items()))


def checked_filters(
    kinds: list[str] | None = None, tags: list[str] | None = None, exclude_ids: list[ID] | None = None
) -> Filters:
    """What may be recommended. Raises InputError that names every wrong argument."""
    with checking() as problems:
        check_names(problems, "kinds", kinds)
        check_names(problems, "tags", tags)
        check_names(problems, "excludeIds", exclude_ids, MOST_EXCLUDED, wrong_id)
    return Filters(tuple(kinds or ()), tuple(tags or ()), tuple(exclude_ids or ()))


def check_words(text: str) -> None:
    """Raise InputError unless `text` is something to search for."""
    with checking() as problems:
        problems.add("text", wrong_id(text.strip() or text))


def checked_list(first: int, **ids: str) -> None:
    """Raise InputError unless `first` is within 1..50 and each of `ids` (by argument) is an id."""
    with checking() as problems:
        problems.add("first", wrong_first(first, MOST))
        for argument, one in ids.items():
            problems.add(argument, wrong_id(one))
