"""Every strategy in every form on the checkerboard, and the filters that each is asked with."""

from __future__ import annotations

from math import inf

from graph.client import Graph
from graph.models import MODELS
from graph.records import Scored
from graph.schema import erase, migrate
from recommend.maintain import refresh_co_occurrence, refresh_content
from recommend.protocol import Filters, NumberRange, Recommender
from recommend.registry import strategies
from recommend.settings import RecommendSettings
from tests.worlds.checkerboard import (
    ITEMS,
    available,
    created,
    kind,
    price,
    tags,
    teach,
    write_checkerboard,
)

ONLINE, AUTO = RecommendSettings(co_occurrence_form="online"), RecommendSettings()
MIXED = RecommendSettings(
    hybrid_weights={
        "lightgcn": 1.0,
        "lightfm": 0.5,
        "item-item": 1.5,
        "co-occurrence": 0.7,
        "content": 0.25,
        "popular": 0.1,
    }
)
IN_GRAPH = RecommendSettings(edge_copy_limit=0)
FORMS = {
    "co-occurrence online": ("co-occurrence", ONLINE),
    "hybrid of many": ("hybrid", MIXED),
    "item-item in the graph": ("item-item", IN_GRAPH),
}
NAMES = ("co-occurrence", "content", "hybrid", "item-item", *MODELS, "popular", "trending")
PERSONAL = (
    "co-occurrence",
    "co-occurrence online",
    "content",
    "hybrid",
    "hybrid of many",
    "item-item",
    "item-item in the graph",
    *MODELS,
)
ALL = (*PERSONAL, "popular", "trending")
LEARNED = ("hybrid", "hybrid of many", *MODELS)
ROUND_TRIPS = {"hybrid of many": 5, "popular": 2, "item-item in the graph": 2}
"""The most that a strategy may take once it holds its copies, where that is more than 1."""
STRANGER = "a-stranger"
ALL_ITEMS = len(ITEMS)
FILTERS = [
    Filters(),
    Filters(kinds=("book",)),
    Filters(tags=("third-0", "third-1")),
    Filters(exclude_ids=("i00", "i01", "i10", "i12", "i19", "i21")),
    Filters(kinds=("movie", "book"), tags=("even",), exclude_ids=("i02",)),
    Filters(kinds=("book",), exclude_ids=("i02", "i03", "i18", "i22")),
    Filters(kinds=("nothing",)),
    Filters(all_tags=("even", "third-0"), exclude_ids=("i12",)),
    Filters(no_tags=("third-1", "third-2"), tags=("even", "odd")),
    Filters(created_after=round(created("i10").timestamp() * 1000)),
    Filters(kinds=("movie",), numbers=(NumberRange("price", 2.0, 9.0),), exclude_ids=("i08", "i09")),
    Filters(available=True),
    Filters(no_kinds=("book",), exclude_ids=("i04",)),
    Filters(only_ids=("i02", "i03", "i04", "i05", "i11", "unknown"), exclude_ids=("i04",)),
]


def taught_checkerboard(graph: Graph, settings: RecommendSettings = AUTO) -> Graph:
    """The checkerboard with everything derived under `settings`, and exact factors."""
    erase(graph)
    migrate(graph)
    write_checkerboard(graph)
    refresh_co_occurrence(graph, settings, "test")
    refresh_content(graph, settings, "test")
    teach(graph)
    return graph


def chosen(graph: Graph, name: str) -> Recommender:
    strategy, settings = FORMS.get(name, (name, AUTO))
    return strategies(graph, settings)[strategy]


def matches(item: str, filters: Filters) -> bool:
    """The meaning of filters, spelled out again."""
    return (
        (not filters.kinds or kind(item) in filters.kinds)
        and (not filters.tags or bool(set(filters.tags) & set(tags(item))))
        and item not in filters.exclude_ids
        and set(filters.all_tags) <= set(tags(item))
        and not set(filters.no_tags) & set(tags(item))
        and kind(item) not in filters.no_kinds
        and (filters.created_after is None or created(item).timestamp() * 1000 > filters.created_after)
        and all(one.at_least <= (price(item) or inf) <= one.at_most for one in filters.numbers)
        and (not filters.available or available(item))
        and (filters.only_ids is None or item in filters.only_ids)
    )


def ids(scored: list[Scored]) -> list[str]:
    return [one.item_id for one in scored]
