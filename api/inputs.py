"""What clients send, as GraphQL types. `api/validation.py` turns them into records."""

from __future__ import annotations

from datetime import datetime

import strawberry
from strawberry import ID

from api.described import sent


@sent
class EventInput:
    """One interaction of a user with an item."""

    event_id: ID = strawberry.field(
        description="Yours, unique over all events: an event sent again under its id is recorded once."
    )
    user_id: ID = strawberry.field(description="An unknown user is created.")
    item_id: ID = strawberry.field(description="An unknown item is refused with UNKNOWN_ITEM.")
    type: str = strawberry.field(
        description="view, click, like, dislike, comment, share, rate, enroll, purchase, skip … or one of your own: "
        "small letters and underscores."
    )
    value: float | None = strawberry.field(default=None, description="The rating, for type rate; else free.")
    at: datetime | None = strawberry.field(default=None, description="With its time zone; without: now.")
    platform: str | None = strawberry.field(default=None, description="Where it happened, such as web or ios.")
    metadata: str | None = strawberry.field(default=None, description="A JSON object as text, up to 4,096 characters.")


@sent
class TagInput:
    """A tag of an item."""

    name: str
    weight: float = strawberry.field(default=1.0, description="How well it fits: above 0, at most 1.")


@sent
class PropertyInput:
    """One more attribute of an item, such as a price; give one of its values. `available` is one to filter by."""

    name: str
    number: float | None = None
    text: str | None = None
    flag: bool | None = None


@sent
class ItemInput:
    """An item to create, or to update under its id."""

    id: ID
    kind: str = strawberry.field(description="Such as movie, book or course.")
    title: str | None = None
    description: str | None = None
    created_at: datetime | None = strawberry.field(default=None, description="With its time zone.")
    tags: list[TagInput] = strawberry.field(
        default_factory=list, description="Take the place of those it had; without: they stay."
    )
    creator: str | None = strawberry.field(default=None, description="Name of the author, director, maker …")
    properties: list[PropertyInput] = strawberry.field(
        default_factory=list, description="Further attributes; those it had and that are not named stay."
    )


@sent
class UserInput:
    """A user to create, or to update under its id."""

    id: ID
    created_at: datetime | None = strawberry.field(default=None, description="With its time zone.")
