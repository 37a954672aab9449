from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph.vectors import ItemVectors
from recommend.item_rows import ItemRows, Mask
from recommend.ranked import named
from recommend.run_items import RunItems
from recommend.vectors import ItemMatrix


def items(random: np.random.Generator, ids: list[str]) -> ItemVectors:
    vectors = random.integers(-2, 3, size=(len(ids), 3)).astype(np.float32)
    return ItemVectors(tuple(ids), vectors)


def even(rows: ItemRows) -> Mask:
    """Lets every second item through, whatever its row."""
    return np.asarray([int(item[1:]) % 2 == 0 for item in rows.ids], dtype=np.bool_)


@given(st.integers(0, 10_000), st.integers(1, 20), st.integers(0, 8), st.integers(0, 4), st.integers(1, 12))
def test_two_parts_answer_as_one_in_which_the_new_replaced_the_old(
    seed: int, learned: int, new: int, both: int, first: int
) -> None:
    random = np.random.default_rng(seed)
    old = items(random, [f"i{k:02}" for k in range(learned)])
    placed = items(random, [f"i{k:02}" for k in range(max(0, learned - both), learned + new)])
    parts = RunItems("run", 0, 5, ItemMatrix(old), ItemMatrix(placed))
    last = {one: vector for part in (old, placed) for one, vector in zip(part.ids, part.vectors, strict=True)}
    whole = ItemMatrix(ItemVectors(tuple(last), np.stack(list(last.values()))))
    user = random.integers(-2, 3, size=3).astype(np.float32)
    for allowed in (even, lambda _rows: None):
        for excluded in (["i00"], ["i01", f"i{learned:02}"]):
            found = named(parts.best(user, first, allowed, excluded))
            assert found == whole.best(user, first, allowed, excluded).named()
    vectors = parts.vectors_of([*last, "unknown"])
    assert vectors.keys() == last.keys()
    assert all(np.array_equal(vectors[one], vector) for one, vector in last.items())
