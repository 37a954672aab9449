"""Filters as masks against the meaning of filters, spelled out; also after items have changed."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph.item_catalogue import CatalogueItem
from recommend.catalogue_columns import CatalogueColumns
from recommend.item_rows import ItemRows
from recommend.protocol import Filters, NumberRange

IDS = [f"i{k}" for k in range(8)]
TAGS = st.sampled_from(["a", "b", "c"])
ITEMS = st.builds(
    CatalogueItem,
    st.sampled_from(IDS),
    st.sampled_from(["movie", "book"]),
    st.none(),
    st.sampled_from([None, 5, 10, 20]),
    st.none(),
    st.dictionaries(TAGS, st.just(1.0)),
    st.dictionaries(st.sampled_from(["price", "available"]), st.sampled_from([0.0, 1.0, 2.5])),
)
SOME_TAGS = st.lists(TAGS, max_size=2).map(tuple)
FILTERS = st.builds(
    Filters,
    st.lists(st.sampled_from(["movie", "book", "game"]), max_size=2).map(tuple),
    SOME_TAGS,
    st.just(("i0",)),
    SOME_TAGS,
    SOME_TAGS,
    st.sampled_from([None, 4, 10]),
    st.sampled_from([(), (NumberRange("price", 1.0),), (NumberRange("price", at_most=1.0), NumberRange("weight"))]),
    st.booleans(),
    st.sampled_from([None, ("i1", "i2", "i3", "unknown")]),
)


def lets_through(filters: Filters, item: CatalogueItem) -> bool:
    """All but excluded ids."""
    return (
        (not filters.kinds or item.kind in filters.kinds)
        and (not filters.tags or bool(set(filters.tags) & set(item.tags)))
        and set(filters.all_tags) <= set(item.tags)
        and not set(filters.no_tags) & set(item.tags)
        and (filters.created_after is None or (item.created_at or 0) > filters.created_after)
        and all(one.at_least <= item.numbers.get(one.name, inf) <= min(one.at_most, 1e9) for one in filters.numbers)
        and (not filters.available or bool(item.numbers.get("available", 1.0)))
        and (filters.only_ids is None or item.id in filters.only_ids)
    )  # fmt: skip


@given(st.lists(ITEMS, max_size=20), st.lists(ITEMS, max_size=10), FILTERS)
def test_a_mask_lets_through_what_the_filters_do(
    first: list[CatalogueItem], then: list[CatalogueItem], filters: Filters
) -> None:
    columns = CatalogueColumns()
    columns.add(first)
    columns.add(then)
    rows = ItemRows(sorted([*IDS, "i9"]))
    mask = columns.mask(filters)
    found = mask[np.minimum(columns.numbers_of(rows), len(mask) - 1)]
    held = {item.id: item for item in [*first, *then]}
    assert found.tolist() == [item in held and lets_through(filters, held[item]) for item in rows.ids]
    assert columns.items == held


def test_filters_are_plain_where_a_query_knows_them() -> None:
    plain = Filters(("movie",), ("a",), ("i0",), only_ids=("i1",))
    assert plain.plain
    for more in ({"all_tags": ("a",)}, {"no_tags": ("a",)}, {"created_after": 1}, {"available": True}):
        assert not replace(plain, **more).plain
    assert not replace(plain, numbers=(NumberRange("price"),)).plain
