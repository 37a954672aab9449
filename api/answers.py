"""Recommendations for a user, as GraphQL types."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import strawberry
from strawberry import ID

from api.answer_batches import AskKey
from api.context import Asked
from api.described import output, resolved
from api.explanations import Explanation, explanation_of
from api.items import Item, item_of_catalogue, load_item
from graph.statistics import item_kinds
from recommend import protocol
from recommend.because import check_listed
from recommend.protocol import Ask, Draft


@output
class Recommendation:
    """One recommended item."""

    draft: strawberry.Private[Draft]
    item_id: strawberry.Private[str]
    score: float = strawberry.field(description="Higher is better; comparable within one strategy of one answer.")
    position: int = strawberry.field(description="1 is the best.")
    strategy: str = strawberry.field(description="The strategy that found and scored it.")

    @resolved
    def item(self, info: Asked) -> Item:
        """What is recommended."""
        known = info.context.services.catalogue.get(self.item_id)
        # Without a coroutine where none is needed: ten of them take as long as finding the items.
        return item_of_catalogue(known) if known is not None else cast("Item", load_item(info, self.item_id))

    @resolved
    async def reasons(self, info: Asked) -> list[Explanation]:
        """Why: what produced its score, as sentences and paths through the graph; what carried most comes first."""
        records = await info.context.loaders.reasons.load((self.draft.asked, self.item_id, self.strategy))
        return [explanation_of(record) for record in records]


@output
class Answer:
    """Recommendations for one user. There are always some while unseen items are left that match."""

    request_id: ID | None = strawberry.field(
        description="What this answer is recorded under, for feedback; null where it does not count as shown."
    )
    user_id: ID = strawberry.field(description="Empty for a session.")
    strategy: str = strawberry.field(description="The strategy that was asked for.")
    layer: str = strawberry.field(description="The strategy that gave the first item.")
    note: str | None = strawberry.field(description="Why other strategies had to step in, where they did.")
    run: str | None = strawberry.field(description="Id of the training whose model answered.")
    recommendations: list[Recommendation]
    variants: list[str] = strawberry.field(description="Of the experiments that it is of, as experiment/variant.")
    arm: str | None = strawberry.field(description="What auto chose.")

    @resolved
    async def because(self, info: Asked, item_id: ID) -> BecauseOf:
        """The fewest of the user's interactions without which an item of this answer would not be in it."""
        service = info.context.services.recommendations
        drafts = {one.item_id: one.draft for one in self.recommendations}
        check_listed(item_id, list(drafts))
        draft = drafts[item_id]
        found = await info.context.offload(service.because, draft.asked, item_id, draft.strategy)
        return BecauseOf(item_ids=[ID(one) for one in found.item_ids], smallest=found.smallest, tried=found.tried)


@output
class BecauseOf:
    """What an item is there for."""

    item_ids: list[ID] = strawberry.field(description="Items whose interactions it takes; empty: none were found.")
    smallest: bool = strawberry.field(description="Whether fewer would not do, among those that count most.")
    tried: int = strawberry.field(description="Lists that were made to find it; the search is bounded.")


@output
class KindAnswer:
    """Recommendations of one kind of item."""

    kind: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Showing:
    """Whether an answer counts as shown, and in which session."""

    counts: bool
    session: str | None = None


async def load_answer(info: Asked, ask: Ask, strategy: str | None, showing: Showing) -> Answer:
    """The answer to one request, together with others of this query; it is recorded as shown."""
    return _shown(info, await info.context.loaders.answers.load(AskKey(strategy, ask)), ask, showing)


def _shown(info: Asked, record: protocol.Answer, ask: Ask, showing: Showing) -> Answer:
    """What would be without some interactions is not what anybody is shown."""
    shown = showing.counts and not ask.history.without
    ask = record.asked or ask
    given = info.context.given
    # A bandit chooses anew each time: what is kept would repeat one throw of its dice.
    given.lasting = given.lasting and not record.degraded and record.choice is None
    if not shown:
        return answer_of(record, ask, None)
    taken = info.context.services.impressions.add(ask, record, showing.session)
    given.shown.append(taken)
    return answer_of(record, ask, taken.request_id)


async def load_answers_by_kind(info: Asked, ask: Ask, strategy: str | None, showing: Showing) -> list[KindAnswer]:
    """One answer per kind: those that `ask` filters by, else all that the graph holds, the commonest first."""
    context = info.context
    kinds = ask.filters.kinds or tuple(await context.offload(item_kinds, context.services.graph))
    asks = [_of_kind(ask, kind) for kind in dict.fromkeys(kinds)]
    answers = await context.loaders.answers.load_many([AskKey(strategy, one) for one in asks])
    return [
        KindAnswer(kind=one.filters.kinds[0], answer=_shown(info, answer, one, showing))
        for one, answer in zip(asks, answers, strict=True)
    ]


def _of_kind(ask: Ask, kind: str) -> Ask:
    return replace(ask, filters=replace(ask.filters, kinds=(kind,)))


def answer_of(record: protocol.Answer, ask: Ask, request_id: str | None) -> Answer:
    """The record as GraphQL shows it."""
    return Answer(
        request_id=None if request_id is None else ID(request_id),
        user_id=ID(record.user_id),
        strategy=record.strategy,
        layer=record.layer,
        note=record.note,
        run=record.run,
        variants=list(record.variants),
        arm=record.choice.arm if record.choice else None,
        recommendations=recommendations_of(record, ask),
    )


def recommendations_of(record: protocol.Answer, ask: Ask) -> list[Recommendation]:
    """The items of the record as GraphQL shows them."""
    return [
        Recommendation(draft=draft, item_id=one.item_id, score=one.score, position=one.position, strategy=one.strategy)
        for one, draft in zip(record.recommendations, record.drafted(ask), strict=True)
    ]
