"""Searching for items by words, in the order in which a user is likely to want them."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import ID

from api.arguments import check_words, checked_filters, checked_list
from api.context import Asked
from api.described import output, resolved
from api.items import Item, load_item
from api.ranking import load_ranking
from graph.records import Scored
from graph.search import search_items
from recommend.protocol import MOST

Text = Annotated[str, strawberry.argument(description="Words of a title or description, the last may be a beginning.")]
Searcher = Annotated[
    ID | None, strawberry.argument(description="Whose taste decides the order; without: how well the text fits.")
]


@output
class Found:
    """An item that was found."""

    item_id: strawberry.Private[str]
    position: int
    match: float = strawberry.field(description="How well the text fits; higher is better.")
    recommended: bool = strawberry.field(description="Whether the user's taste placed it; else how well it fits did.")

    @resolved
    async def item(self, info: Asked) -> Item:
        """What was found."""
        return await load_item(info, self.item_id)


async def load_search(
    info: Asked, text: str, user_id: str | None, first: int, kinds: list[str] | None, *, strategy: str | None
) -> list[Found]:
    """What has all words, that which the user is likely to want first. Raises InputError."""
    checked_list(first, **({} if user_id is None else {"userId": user_id}))
    check_words(text)
    filters = checked_filters(kinds)
    graph = info.context.services.graph
    matches = await info.context.offload(search_items, graph, text, MOST, filters.kinds)
    order = matches if user_id is None else await _by_taste(info, matches, user_id, strategy)
    match = {one.item_id: one.score for one in matches}
    placed = {one.item_id for one in order} if user_id is not None else set()
    listed = [*order, *(one for one in matches if one.item_id not in {other.item_id for other in order})]
    return [
        Found(item_id=one.item_id, position=place, match=match[one.item_id], recommended=one.item_id in placed)
        for place, one in enumerate(listed[:first], start=1)
    ]


async def _by_taste(info: Asked, matches: list[Scored], user_id: str, strategy: str | None) -> list[Scored]:
    if not matches:
        return []
    ranking = await load_ranking(info, user_id, [ID(one.item_id) for one in matches], strategy, None)
    return [Scored(one.item_id, one.score) for one in ranking.ranked]
