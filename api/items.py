"""Items and the items similar to them, as GraphQL types."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import strawberry
from strawberry import ID

from api.activity import ItemStatistics, load_item_statistics
from api.arguments import By, First, checked_list
from api.context import Asked
from api.described import output, resolved
from api.explanations import Explanation, explanation_of
from api.loaders import PairKey, SimilarKey
from graph import records
from graph.catalog import moment
from graph.errors import UnknownItem
from graph.item_catalogue import CatalogueItem


@output
class Tag:
    """A tag of an item."""

    name: str
    weight: float = strawberry.field(description="How well it fits: above 0, at most 1.")


@output
class Property:
    """One more attribute of an item; one of its values is given."""

    name: str
    number: float | None = None
    text: str | None = None
    flag: bool | None = None


@output
class SimilarItem:
    """An item that is similar to another."""

    item_id: strawberry.Private[str]
    other_id: strawberry.Private[str]
    by: strawberry.Private[str | None]
    score: float = strawberry.field(description="Comparable within one kind of similarity; the order counts.")

    @resolved
    async def item(self, info: Asked) -> Item:
        """The similar item."""
        return await load_item(info, self.item_id)

    @resolved
    async def reasons(self, info: Asked) -> list[Explanation]:
        """Why it is similar."""
        key = PairKey(self.by, (self.other_id, self.item_id))
        record = await info.context.loaders.similar_reasons.load(key)
        return [explanation_of(record)] if record else []


@output
class Item:
    """Something that can be recommended."""

    id: ID
    kind: str
    title: str | None
    created_at: datetime | None
    creator: str | None
    weights: strawberry.Private[Mapping[str, float]]

    @resolved
    def tags(self) -> list[Tag]:
        """Its tags, the best fitting first."""
        return [Tag(name=name, weight=weight) for name, weight in self.weights.items()]

    @resolved
    async def description(self, info: Asked) -> str | None:
        """A text of any length."""
        record = await info.context.loaders.items.load(self.id)
        return record.description if record else None

    @resolved
    async def properties(self, info: Asked) -> list[Property]:
        """What else is known of it, such as a price."""
        record = await info.context.loaders.items.load(self.id)
        return [property_of(name, value) for name, value in sorted(record.properties.items())] if record else []

    @resolved
    async def statistics(self, info: Asked) -> ItemStatistics:
        """What became of this item."""
        return await load_item_statistics(info, self.id)

    @resolved
    async def similar(self, info: Asked, first: First = 10, by: By = None) -> list[SimilarItem]:
        """Items similar to this one, most similar first."""
        return await load_similar(info, self.id, first, by)


async def load_item(info: Asked, item_id: str) -> Item:
    """The item; raises UnknownItem if it went away since it was recommended."""
    record = await info.context.loaders.items.load(item_id)
    if record is None:
        raise UnknownItem(f"There is no item {item_id!r}.")
    return item_of(record)


async def load_similar(info: Asked, item_id: str, first: int, by: str | None) -> list[SimilarItem]:
    """Items similar to one. Raises InputError."""
    checked_list(first)
    similar = await info.context.loaders.similar.load(SimilarKey(by, first, item_id))
    return [SimilarItem(item_id=one.item_id, other_id=item_id, by=by, score=one.score) for one in similar]


def item_of(record: records.Item) -> Item:
    """The record as GraphQL shows it."""
    return Item(
        id=ID(record.id),
        kind=record.kind,
        title=record.title,
        created_at=record.created_at,
        creator=record.creator,
        weights=record.tags,
    )


def item_of_catalogue(known: CatalogueItem) -> Item:
    """The copy in memory as GraphQL shows it."""
    return Item(
        id=ID(known.id),
        kind=known.kind,
        title=known.title,
        created_at=moment(known.created_at),
        creator=known.creator,
        weights=known.tags,
    )


def property_of(name: str, value: str | float | bool) -> Property:  # noqa: FBT001 - any value of a property
    """The property as GraphQL shows it."""
    if isinstance(value, bool):
        return Property(name=name, flag=value)
    return Property(name=name, text=value) if isinstance(value, str) else Property(name=name, number=value)
