import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from loaders.seen_ids import SeenIds

BATCHES = st.lists(st.lists(st.text(max_size=3), max_size=20), max_size=12)


@given(BATCHES)
def test_an_id_is_new_once(batches: list[list[str]]) -> None:
    seen, known = SeenIds(), set[str]()
    for batch in batches:
        expected = []
        for one in batch:
            expected.append(one not in known)
            known.add(one)
        assert seen.add(pl.Series(batch, dtype=pl.String)).tolist() == expected
