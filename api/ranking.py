"""Puts items that somebody names in the order in which a user is likely to want them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from enum import Enum
from typing import Annotated

import strawberry
from strawberry import ID

from api.answer_batches import AskKey
from api.answers import Recommendation, recommendations_of
from api.arguments import Weights, checked_ask
from api.checks import check_names, checking, wrong_id
from api.context import Asked
from api.described import output, sent
from recommend.protocol import KNOB_LIMITS, MOST, MOST_RANKINGS, Answer, Ask, Filters, RerankAsk

PLAIN = RerankAsk(**dict.fromkeys(KNOB_LIMITS, 0.0), rules=False)
"""By relevance alone: every knob is off, and no rule holds."""


class Unranked(Enum):
    """Why an item has no place."""

    SEEN = "seen"
    UNKNOWN = "unknown"


strawberry.enum(Unranked, description="Why an item has no place: the user has seen it, or there is none of this id.")
Ids = Annotated[list[ID], strawberry.argument(description=f"The items to rank, up to {MOST}.")]


@sent
class RankingInput:
    """Items to rank for a user."""

    user_id: ID
    item_ids: list[ID]


@output
class LeftOut:
    """An item that was not ranked."""

    item_id: ID
    because: Unranked


@output
class Ranking:
    """The items in the order in which the user is likely to want them; it does not count as shown."""

    user_id: ID
    strategy: str
    layer: str
    note: str | None
    ranked: list[Recommendation]
    left_out: list[LeftOut]


async def load_ranking(
    info: Asked, user_id: str, item_ids: list[ID], strategy: str | None, weights: Weights
) -> Ranking:
    """Of one user. Raises InputError."""
    given = [RankingInput(user_id=ID(user_id), item_ids=item_ids)]
    return (await load_rankings(info, given, strategy, weights))[0]


async def load_rankings(
    info: Asked, given: list[RankingInput], strategy: str | None, weights: Weights
) -> list[Ranking]:
    """One for each, in order; those of one strategy are made together. Raises InputError."""
    with checking() as problems:
        if not 1 <= len(given) <= MOST_RANKINGS:
            problems.add("rankings", f"has {len(given)} entries; send 1 to {MOST_RANKINGS}")
        for k, one in enumerate(given[:MOST_RANKINGS]):
            if not one.item_ids:
                problems.add(f"rankings[{k}].itemIds", "is empty")
            check_names(problems, f"rankings[{k}].itemIds", one.item_ids, MOST, wrong_id)
    asks = [_ask(one, weights) for one in given]
    answers = await info.context.loaders.answers.load_many([AskKey(strategy, ask) for ask in asks])
    # At once, so that what they leave out is read together.
    return await asyncio.gather(*(_ranking(info, *one) for one in zip(given, asks, answers, strict=True)))


async def _ranking(info: Asked, given: RankingInput, ask: Ask, answer: Answer) -> Ranking:
    ranked = recommendations_of(answer, ask)
    return Ranking(
        user_id=given.user_id,
        strategy=answer.strategy,
        layer=answer.layer,
        note=answer.note,
        ranked=ranked,
        left_out=await _left_out(info, list(dict.fromkeys(given.item_ids)), {one.item_id for one in ranked}),
    )


def _ask(one: RankingInput, weights: Weights) -> Ask:
    ids = tuple(dict.fromkeys(one.item_ids))
    ask = checked_ask(one.user_id, max(1, len(ids)), Filters(only_ids=ids), None, weights)
    return replace(ask, rerank=PLAIN)


async def _left_out(info: Asked, item_ids: list[ID], ranked: set[str]) -> list[LeftOut]:
    left = [item_id for item_id in item_ids if item_id not in ranked]
    records = await info.context.loaders.items.load_many(left) if left else []
    return [
        LeftOut(item_id=item_id, because=Unranked.UNKNOWN if record is None else Unranked.SEEN)
        for item_id, record in zip(left, records, strict=True)
    ]
