"""Lists in memory against sorting by hand; that they equal those of the serving code is an integration test."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gnn.blending import by_vectors
from gnn.evaluation.folds import make_fold
from gnn.evaluation.in_memory import YEAR_2000, filled, popularity, rank_popular, rank_scored, seen_items
from gnn.factors import Factors, Learned
from graph.event_arrays import ALWAYS, EventArrays, UserEvents, event_arrays

DAY = 86_400_000
LISTS = st.lists(st.permutations(range(6)).map(lambda items: items[:4]), min_size=1, max_size=5)


def history() -> EventArrays:
    """Ann likes w and hates x, then likes z; Bob likes w and x, then y; Cid comes late. v has no event."""
    start = YEAR_2000
    return event_arrays(
        [
            UserEvents("ann", ALWAYS, ["w", "x", "z"], [start, start, start + 9 * DAY], [1.0, -3.0, 1.0]),
            UserEvents("bob", ALWAYS, ["w", "x", "y"], [start, start + DAY, start + 9 * DAY], [1.0, 1.5, 1.0]),
            UserEvents("cid", ALWAYS, ["x"], [start + 9 * DAY], [1.0]),
        ],
        dict.fromkeys("vwxyz", ALWAYS),
    )


def test_popularity_doubles_with_every_half_life_and_knows_no_dislikes() -> None:
    events = history()
    fold = make_fold("", events, events.at >= 0, cut=YEAR_2000 + 5 * DAY)
    assert popularity(fold, half_life_millis=float(DAY)).tolist() == [0.0, 2.0, 3.0, 0.0, 0.0]


def test_everybody_gets_what_is_popular_then_the_rest_by_id_but_nothing_seen() -> None:
    events = history()
    fold = make_fold("", events, events.at >= 0, cut=YEAR_2000 + 5 * DAY)
    popular = rank_popular(fold, popularity(fold, float(DAY)), 4)
    lists = ["".join(events.item_ids[row] for row in ranked if row >= 0) for ranked in popular.recommended.ranked]
    assert lists == ["vyz", "vyz", "xwvy"]
    assert (popular.own, popular.given) == (10, 10)
    assert seen_items(fold).toarray()[0].tolist() == [0, 1, 1, 0, 0]


def test_users_whom_a_model_does_not_know_get_what_is_popular() -> None:
    events = history()
    fold = make_fold("", events, events.at >= 0, cut=YEAR_2000 + 5 * DAY)
    popular = rank_popular(fold, popularity(fold, float(DAY)), 3)
    vectors = np.array([[1.0], [3.0], [2.0]], dtype=np.float32)
    learned = Learned(["ann", "bob"], ["w", "y", "z"], Factors(vectors[:2], vectors, 1))
    asked = rank_scored("model", fold, by_vectors(learned, events.user_ids, events.item_ids), popular.recommended)
    lists = ["".join(events.item_ids[row] for row in ranked if row >= 0) for ranked in asked.recommended.ranked]
    assert lists == ["yzv", "yzv", "xwv"]
    assert (asked.own, asked.given) == (4, 9)
    assert asked.recommended.auc is not None
    assert popular.recommended.auc is not None
    assert asked.recommended.auc[2] == popular.recommended.auc[2]


@given(LISTS, st.data())
def test_lists_are_filled_up_in_order_and_without_repeats(rest: list[list[int]], data: st.DataObject) -> None:
    own = [data.draw(st.permutations(range(6)).map(lambda items: items[:4])) for _ in rest]
    kept = [data.draw(st.integers(0, 4)) for _ in rest]
    short = [one[:count] + [-1] * (4 - count) for one, count in zip(own, kept, strict=True)]
    found = filled(np.asarray(short), np.asarray(rest)).tolist()
    for full, one, count, more in zip(found, own, kept, rest, strict=True):
        assert full == (one[:count] + [item for item in more if item not in one[:count]])[:4]
