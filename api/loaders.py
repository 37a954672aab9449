"""Loads what a query's fields ask for, all fields of one level in one batch, so that nesting costs no round trips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple, TypeVar

from strawberry.dataloader import DataLoader

from api.answer_batches import AnswerBatches, AskKey
from api.offload import Offload
from api.services import Services
from graph.activity import ItemStatistics, UserStatistics, item_statistics, user_statistics
from graph.catalog import items_by_id, users_by_id
from graph.churn import ChurnScore, Standing, churn_scores, standings
from graph.history import Preference, newest_events, strongest_preferences
from graph.records import Event, Explanation, Item, Scored, User
from graph.reindex import indexed_items
from graph.similar_reasons import similar_reasons
from recommend.groups import in_groups
from recommend.protocol import Answer
from recommend.service import Reason

TOP = 5
"""Kinds and tags of a user that are told."""
K = TypeVar("K")
V = TypeVar("V")


class SimilarKey(NamedTuple):
    """Items whose neighbours are asked for in the same way are answered together."""

    by: str | None
    first: int
    item_id: str


class PairKey(NamedTuple):
    """Pairs of (item id, similar item id) that one kind of similarity brought together."""

    by: str | None
    pair: tuple[str, str]


class ListKey(NamedTuple):
    """Users whose lists are equally long are answered together."""

    first: int
    user_id: str


class Loaders:
    """One set per request: what one request has read, another reads again. Each is made when it is first needed."""

    def __init__(self, services: Services, offload: Offload, batches: AnswerBatches) -> None:
        self._graph = services.graph
        self._recommendations = services.recommendations
        self._batches = batches
        self._churn = services.churn
        self._offload = offload

    @cached_property
    def users(self) -> DataLoader[str, User | None]:
        """By id."""
        return self._loader(lambda ids: _in_order(users_by_id(self._graph, ids), ids))

    @cached_property
    def items(self) -> DataLoader[str, Item | None]:
        """By id."""
        return self._loader(lambda ids: _in_order(items_by_id(self._graph, ids), ids))

    @cached_property
    def answers(self) -> DataLoader[AskKey, Answer]:
        """Those of one strategy together, with those of other requests."""
        return DataLoader(self._batches.answers)

    @cached_property
    def reasons(self) -> DataLoader[Reason, list[Explanation]]:
        """Why an item was recommended."""
        return self._loader(self._recommendations.reasons)

    @cached_property
    def similar(self) -> DataLoader[SimilarKey, list[Scored]]:
        """Neighbours of items."""

        def fetch(keys: list[SimilarKey]) -> list[list[Scored]]:
            return in_groups(
                keys,
                lambda key: (key.by, key.first),
                lambda how, same: self._recommendations.similar([key.item_id for key in same], how[1], how[0]),
            )

        return self._loader(fetch)

    @cached_property
    def similar_reasons(self) -> DataLoader[PairKey, Explanation | None]:
        """Why two items are similar."""

        def fetch(keys: list[PairKey]) -> list[Explanation | None]:
            return in_groups(
                keys,
                lambda key: key.by,
                lambda by, same: similar_reasons(self._graph, [key.pair for key in same], by),
            )

        return self._loader(fetch)

    @cached_property
    def history(self) -> DataLoader[ListKey, list[Event]]:
        """What users did last."""
        return self._loader(lambda keys: _lists(keys, lambda ids, first: newest_events(self._graph, ids, first)))

    @cached_property
    def preferences(self) -> DataLoader[ListKey, list[Preference]]:
        """What users like most."""
        return self._loader(
            lambda keys: _lists(keys, lambda ids, first: strongest_preferences(self._graph, ids, first))
        )

    @cached_property
    def churn(self) -> DataLoader[ListKey, list[ChurnScore]]:
        """The newest scores of users."""
        return self._loader(lambda keys: _lists(keys, lambda ids, first: churn_scores(self._graph, ids, first)))

    @cached_property
    def standings(self) -> DataLoader[str, Standing | None]:
        """How users stand with regard to churn."""
        return self._loader(lambda ids: _in_order(standings(self._graph, ids, self._churn), ids))

    @cached_property
    def user_statistics(self) -> DataLoader[str, UserStatistics | None]:
        """What users did and were shown."""
        return self._loader(lambda ids: _in_order(user_statistics(self._graph, ids, TOP), ids))

    @cached_property
    def item_statistics(self) -> DataLoader[str, ItemStatistics | None]:
        """What became of items."""
        return self._loader(lambda ids: _in_order(item_statistics(self._graph, ids), ids))

    @cached_property
    def indexed_items(self) -> DataLoader[str, int | None]:
        """Items in a vector index, by the property that it is on."""
        return self._loader(lambda properties: _in_order(indexed_items(self._graph, properties), properties))

    def _loader(self, fetch: Callable[[list[K]], Sequence[V]]) -> DataLoader[K, V]:
        async def load(keys: list[K]) -> Sequence[V]:
            return await self._offload(fetch, keys)

        return DataLoader(load)


def _in_order(found: dict[str, V], ids: Sequence[str]) -> list[V | None]:
    return [found.get(one) for one in ids]


def _lists(keys: Sequence[ListKey], fetch: Callable[[list[str], int], dict[str, list[V]]]) -> list[list[V]]:
    def answer(first: int, same: Sequence[ListKey]) -> list[list[V]]:
        found = fetch([key.user_id for key in same], first)
        return [found.get(key.user_id, []) for key in same]

    return in_groups(keys, lambda key: key.first, answer)
