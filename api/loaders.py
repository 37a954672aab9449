"""Loads what a query's fields ask for, all fields of one level in one batch, so that nesting costs no round trips."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from strawberry.dataloader import DataLoader

from api.offload import Offload
from api.services import Services
from graph.catalog import items_by_id, users_by_id
from graph.history import Preference, newest_events, strongest_preferences
from graph.records import Event, Explanation, Item, Scored, User
from graph.reindex import indexed_items
from graph.similar_reasons import similar_reasons
from recommend.protocol import Answer, Ask
from recommend.service import Reason

G = TypeVar("G")
K = TypeVar("K")
V = TypeVar("V")


class AskKey(NamedTuple):
    """Asks of one strategy are answered together; None is the default one."""

    strategy: str | None
    ask: Ask


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


@dataclass(frozen=True)
class Loaders:
    """One set per request: what one request has read, another reads again."""

    users: DataLoader[str, User | None]
    items: DataLoader[str, Item | None]
    answers: DataLoader[AskKey, Answer]
    reasons: DataLoader[Reason, Explanation | None]
    similar: DataLoader[SimilarKey, list[Scored]]
    similar_reasons: DataLoader[PairKey, Explanation | None]
    history: DataLoader[ListKey, list[Event]]
    preferences: DataLoader[ListKey, list[Preference]]
    indexed_items: DataLoader[str, int | None]


def make_loaders(services: Services, offload: Offload) -> Loaders:
    """Fresh loaders for one request."""
    graph, recommendations = services.graph, services.recommendations

    def loader(fetch: Callable[[list[K]], Sequence[V]]) -> DataLoader[K, V]:
        async def load(keys: list[K]) -> Sequence[V]:
            return await offload(fetch, keys)

        return DataLoader(load)

    return Loaders(
        users=loader(lambda ids: _in_order(users_by_id(graph, ids), ids)),
        items=loader(lambda ids: _in_order(items_by_id(graph, ids), ids)),
        answers=loader(
            lambda keys: _by_group(
                keys,
                lambda key: key.strategy,
                lambda strategy, same: recommendations.recommend([key.ask for key in same], strategy),
            )
        ),
        reasons=loader(recommendations.explain),
        similar=loader(
            lambda keys: _by_group(
                keys,
                lambda key: (key.by, key.first),
                lambda how, same: recommendations.similar([key.item_id for key in same], how[1], how[0]),
            )
        ),
        similar_reasons=loader(
            lambda keys: _by_group(
                keys, lambda key: key.by, lambda by, same: similar_reasons(graph, [key.pair for key in same], by)
            )
        ),
        history=loader(lambda keys: _lists(keys, lambda ids, first: newest_events(graph, ids, first))),
        preferences=loader(lambda keys: _lists(keys, lambda ids, first: strongest_preferences(graph, ids, first))),
        indexed_items=loader(lambda properties: _in_order(indexed_items(graph, properties), properties)),
    )


def _in_order(found: dict[str, V], ids: Sequence[str]) -> list[V | None]:
    return [found.get(one) for one in ids]


def _lists(keys: Sequence[ListKey], fetch: Callable[[list[str], int], dict[str, list[V]]]) -> list[list[V]]:
    def answer(first: int, same: Sequence[ListKey]) -> list[list[V]]:
        found = fetch([key.user_id for key in same], first)
        return [found.get(key.user_id, []) for key in same]

    return _by_group(keys, lambda key: key.first, answer)


def _by_group(keys: Sequence[K], group_of: Callable[[K], G], fetch: Callable[[G, Sequence[K]], Sequence[V]]) -> list[V]:
    """The values of `keys`, in order; keys of one group are fetched together."""
    groups: defaultdict[G, list[K]] = defaultdict(list)
    for key in keys:
        groups[group_of(key)].append(key)
    values: dict[K, V] = {}
    for group, same in groups.items():
        values.update(zip(same, fetch(group, same), strict=True))
    return [values[key] for key in keys]
