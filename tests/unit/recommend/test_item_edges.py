"""The copy of SIMILAR edges in memory against sums that are spelled out."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph.user_states import Liking
from recommend.item_edges import ItemEdges
from recommend.item_rows import ItemRows

ITEMS = [f"i{k:02}" for k in range(12)]
Edges = dict[tuple[str, str], float]
EDGES = st.dictionaries(
    st.tuples(st.sampled_from(ITEMS), st.sampled_from(ITEMS)), st.sampled_from([-1.0, 0.5, 1.0, 2.0]), max_size=60
)


def copy_of(edges: Edges) -> ItemEdges:
    rows = ItemRows(ITEMS)
    ordered = sorted(edges)
    counts = [sum(1 for start, _ in ordered if start == item) for item in ITEMS]
    return ItemEdges(
        rows,
        np.concatenate([[0], np.cumsum(counts)]),
        np.asarray([rows.row_of[target] for _, target in ordered], dtype=np.int32),
        np.asarray([edges[one] for one in ordered], dtype=np.float64),
    )


@given(EDGES, st.sets(st.sampled_from([*ITEMS, "unknown"])), st.integers(1, 12), st.booleans())
def test_the_best_are_those_with_the_largest_sums(edges: Edges, liked: set[str], first: int, every: bool) -> None:
    mask = None if every else np.arange(len(ITEMS)) % 2 == 0
    found = copy_of(edges).best(
        [Liking(item, 2.0) for item in sorted(liked)], first, lambda _rows: mask, [*liked, "i01"]
    )
    sums = {item: sum(edges.get((one, item), 0.0) for one in liked) for item in ITEMS}
    allowed = [
        item for k, item in enumerate(ITEMS)
        if item not in {*liked, "i01"} and (mask is None or mask[k]) and sums[item] > 0
    ]  # fmt: skip
    expected = sorted(allowed, key=lambda item: (-sums[item], item))[:first]
    assert [(one.item_id, one.score) for one in found.named()] == [(item, sums[item]) for item in expected]


def test_an_older_like_counts_as_much_as_age_leaves_of_it() -> None:
    edges: Edges = {("i00", "i02"): 3.0, ("i01", "i03"): 2.0}
    liked = [Liking("i00", 9.0, decay=0.5), Liking("i01", 1.0)]
    found = copy_of(edges).best(liked, 5, lambda _rows: None, ["i00", "i01"])
    assert found.named() == [("i03", 2.0), ("i02", 1.5)]
