"""What several copies of items list is put together by rows, and comes to the same as by names."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph.records import Scored
from recommend.item_rows import ItemRows
from recommend.ranked import Found, Numbering, Ranked, named, ranked, scores_of

ITEMS = [f"i{k}" for k in range(12)]
SUBSETS = st.sets(st.sampled_from(ITEMS)).map(sorted)


def of(rows: ItemRows, items: list[str]) -> Ranked:
    scores = np.linspace(2.0, 1.0, len(items))
    return Ranked(rows, rows.rows_of(items), scores)


@given(st.lists(SUBSETS, min_size=2, max_size=3), st.data())
def test_rows_in_common_name_the_same_items(copies: list[list[str]], data: st.DataObject) -> None:
    numbering = Numbering()
    held = [ItemRows(copy) for copy in copies]
    for _ in range(3):
        lists: list[Found] = [
            of(rows, data.draw(st.permutations(list(rows.ids)).map(lambda ids: ids[:4]))) for rows in held
        ]
        lists.append([Scored(item, 1.0) for item in data.draw(SUBSETS)])
        rows, places = numbering.of(lists)
        assert list(rows.ids) == sorted(rows.ids)
        for found, own in zip(lists, places, strict=True):
            assert [rows.ids[row] for row in own.tolist()] == [one.item_id for one in named(found)]


def test_rows_are_kept_while_the_copies_stay_and_found_anew_for_others() -> None:
    numbering = Numbering()
    first, second = ItemRows(["a", "c"]), ItemRows(["b", "c"])
    rows, _ = numbering.of([of(first, ["a"]), of(second, ["c", "b"])])
    assert rows.ids == ("a", "b", "c")
    assert numbering.of([of(second, ["b"])])[0] is rows
    assert numbering.of([of(first, ["a"]), []])[0] is rows
    other = ItemRows(["b", "d"])
    assert numbering.of([of(other, ["d"]), of(second, ["c"])])[0].ids == ("b", "c", "d")


def test_the_highest_come_first_and_ties_by_row() -> None:
    rows = ItemRows(["a", "b", "c", "d"])
    found = ranked(rows, np.array([0, 1, 3]), np.array([1.0, 2.0, 1.0]), 3)
    assert found.named() == [("b", 2.0), ("a", 1.0), ("d", 1.0)]
    assert scores_of(found).tolist() == scores_of(found.named()).tolist() == [2.0, 1.0, 1.0]
    assert len(ranked(rows, np.array([0, 1, 3]), np.array([1.0, 2.0, 1.0]), 2)) == 2
