"""Users, what they did and what they like, as GraphQL types."""

from __future__ import annotations

from datetime import datetime

import strawberry
from strawberry import ID

from api.activity import UserStatistics, load_user_statistics
from api.answers import Answer, KindAnswer, Showing, load_answer, load_answers_by_kind
from api.arguments import (
    Excluded,
    First,
    Kinds,
    Strategy,
    Tags,
    Track,
    Weights,
    Without,
    checked_ask,
    checked_filters,
    checked_list,
)
from api.churn import ChurnRisk, load_churn_risk
from api.context import Asked
from api.described import output, resolved
from api.filters import Where, asked_filters
from api.items import Item, load_item
from api.loaders import ListKey
from api.principal import PrincipalKind
from api.reranking import RerankArgument
from graph import records

strawberry.enum(PrincipalKind, description="A person, another program, or whoever runs this one.")


@output
class Interaction:
    """One event of a user's history."""

    item_id: strawberry.Private[str]
    event_id: ID
    type: str
    value: float | None
    at: datetime
    platform: str | None
    metadata: str | None = strawberry.field(description="A JSON object as text.")

    @resolved
    async def item(self, info: Asked) -> Item:
        """What the user interacted with."""
        return await load_item(info, self.item_id)


@output
class Preference:
    """How much a user likes an item, summed over events."""

    item_id: strawberry.Private[str]
    weight: float = strawberry.field(description="Negative: a dislike.")
    events: int = strawberry.field(description="Events that it sums.")
    last_at: datetime

    @resolved
    async def item(self, info: Asked) -> Item:
        """What the user likes or dislikes."""
        return await load_item(info, self.item_id)


@output
class User:
    """Someone whom items are recommended to."""

    id: ID
    created_at: datetime | None

    @resolved
    async def recommendations(  # noqa: PLR0917 — GraphQL passes arguments by name
        self,
        info: Asked,
        first: First = 10,
        strategy: Strategy = None,
        kinds: Kinds = None,
        tags: Tags = None,
        exclude_ids: Excluded = None,
        where: Where = None,
        without_interactions: Without = None,
        weights: Weights = None,
        rerank: RerankArgument = None,
        *,
        track: Track = True,
    ) -> Answer:
        """What this user should see next."""
        filters = await asked_filters(info, where, kinds, tags, exclude_ids)
        ask = checked_ask(self.id, first, filters, without_interactions, weights, rerank)
        return await load_answer(info, ask, strategy, Showing(track))

    @resolved
    async def recommendations_by_kind(
        self, info: Asked, first: First = 10, strategy: Strategy = None, kinds: Kinds = None, *, track: Track = True
    ) -> list[KindAnswer]:
        """The same, with one list for each kind of item."""
        ask = checked_ask(self.id, first, checked_filters(kinds))
        return await load_answers_by_kind(info, ask, strategy, Showing(track))

    @resolved
    async def preferences(self, info: Asked, first: First = 10) -> list[Preference]:
        """What this user likes most."""
        checked_list(first)
        found = await info.context.loaders.preferences.load(ListKey(first, self.id))
        return [
            Preference(item_id=one.item_id, weight=one.weight, events=one.events, last_at=one.last_at) for one in found
        ]

    @resolved
    async def statistics(self, info: Asked) -> UserStatistics:
        """What this user did and was shown."""
        return await load_user_statistics(info, self.id)

    @resolved
    async def churn_risk(self, info: Asked) -> ChurnRisk | None:
        """How likely this user is to leave, and why."""
        return await load_churn_risk(info, self.id)

    @resolved
    async def history(self, info: Asked, first: First = 10) -> list[Interaction]:
        """What this user did last."""
        checked_list(first)
        return [interaction_of(one) for one in await info.context.loaders.history.load(ListKey(first, self.id))]


@output
class Me:
    """Who asks."""

    kind: PrincipalKind
    id: str

    @resolved
    async def user(self, info: Asked) -> User | None:
        """The user that asks, if it is one that the graph knows."""
        return await load_user(info, self.id) if self.kind is PrincipalKind.USER else None


async def load_user(info: Asked, user_id: str) -> User | None:
    """The user, None if there is none."""
    record = await info.context.loaders.users.load(user_id)
    return User(id=ID(record.id), created_at=record.created_at) if record else None


def interaction_of(record: records.Event) -> Interaction:
    """The record as GraphQL shows it."""
    return Interaction(
        item_id=record.item_id,
        event_id=ID(record.event_id),
        type=record.type,
        value=record.value,
        at=record.at,
        platform=record.platform,
        metadata=record.metadata,
    )
