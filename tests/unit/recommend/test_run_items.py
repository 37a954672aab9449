from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph.vectors import ItemVectors
from recommend.protocol import Filters
from recommend.run_items import RunItems
from recommend.vectors import ItemMatrix


def items(random: np.random.Generator, ids: list[str]) -> ItemVectors:
    vectors = random.integers(-2, 3, size=(len(ids), 3)).astype(np.float32)
    return ItemVectors(tuple(ids), tuple("ab"[k % 2] for k in range(len(ids))), tuple(() for _ in ids), vectors)


@given(st.integers(0, 10_000), st.integers(1, 20), st.integers(0, 8), st.integers(0, 4), st.integers(1, 12))
def test_two_parts_answer_as_one_in_which_the_new_replaced_the_old(
    seed: int, learned: int, new: int, both: int, first: int
) -> None:
    random = np.random.default_rng(seed)
    old = items(random, [f"i{k:02}" for k in range(learned)])
    placed = items(random, [f"i{k:02}" for k in range(max(0, learned - both), learned + new)])
    parts = RunItems("run", 0, 5, ItemMatrix(old), ItemMatrix(placed))
    last = {
        one: (kind, vector)
        for part in (old, placed)
        for one, kind, vector in zip(part.ids, part.kinds, part.vectors, strict=True)
    }
    whole = ItemMatrix(
        ItemVectors(
            tuple(last),
            tuple(kind for kind, _ in last.values()),
            tuple(() for _ in last),
            np.stack([vector for _, vector in last.values()]),
        )
    )
    user = random.integers(-2, 3, size=3).astype(np.float32)
    for filters in (Filters(), Filters(kinds=("a",)), Filters(exclude_ids=("i01", f"i{learned:02}"))):
        assert parts.best(user, first, filters, {"i00"}) == whole.best(user, first, filters, {"i00"})
    found = parts.vectors_of([*last, "unknown"])
    assert found.keys() == last.keys()
    assert all(np.array_equal(found[one], vector) for one, (_, vector) in last.items())
