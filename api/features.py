"""What models see of users, items and the two together, as GraphQL types."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from api.arguments import checked_list
from api.checks import checking, wrong_moment
from api.context import Asked
from api.described import output
from graph.churn_features import FeatureRules
from graph.features import Told, features_of_item, features_of_pair, features_of_user

AsOf = Annotated[
    datetime | None, strawberry.argument(description="Nothing that happened at or after it is looked at; default: now.")
]


@output
class Feature:
    """One number that is known of something."""

    name: str
    value: float | None = strawberry.field(description="Null: there is nothing to say.")


@output
class Features:
    """All numbers that are known of something, as of a moment."""

    as_of: datetime
    features: list[Feature]


async def load_user_features(info: Asked, user_id: str, as_of: datetime | None) -> Features:
    """Of a user. Raises UnknownUser, InputError."""
    cut = _checked(info, as_of, userId=user_id)
    services = info.context.services
    rules = FeatureRules(services.churn, services.preferences, services.feedback)
    found = await info.context.offload(features_of_user, services.graph, user_id, _millis(cut), rules)
    return _told(cut, found)


async def load_item_features(info: Asked, item_id: str, as_of: datetime | None) -> Features:
    """Of an item. Raises UnknownItem, InputError."""
    cut = _checked(info, as_of, itemId=item_id)
    found = await info.context.offload(features_of_item, info.context.services.graph, item_id, _millis(cut))
    return _told(cut, found)


async def load_interaction_features(info: Asked, user_id: str, item_id: str, as_of: datetime | None) -> Features:
    """Of the two together. Raises UnknownItem, InputError."""
    cut = _checked(info, as_of, userId=user_id, itemId=item_id)
    services = info.context.services
    found = await info.context.offload(
        features_of_pair, services.graph, user_id, item_id, _millis(cut), services.preferences
    )
    return _told(cut, found)


def _checked(info: Asked, as_of: datetime | None, **ids: str) -> datetime:
    checked_list(1, **ids)
    now = info.context.services.clock()
    with checking() as problems:
        problems.add("asOf", None if as_of is None else wrong_moment(as_of, now))
    return as_of or now


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _told(cut: datetime, found: Told) -> Features:
    return Features(as_of=cut, features=[Feature(name=name, value=value) for name, value in found.items()])
