"""Histories in place of the stored one."""

from __future__ import annotations

import pytest

from graph.user_states import Liking, UserState
from recommend.histories import SESSION_HALF_LIFE, STORED, History, as_asked

DAY = 86_400_000
NOW = 1_700_000_000_000
ANN = UserState("ann", True, (Liking("new", 2.0, NOW), Liking("old", 4.0, NOW - 7 * DAY), Liking("bad", -1.0, NOW)))


def test_what_is_stored_stays_as_it_is() -> None:
    assert as_asked(ANN, STORED) is ANN


def test_a_week_halves_what_is_a_week_older() -> None:
    state = as_asked(ANN, History(half_life_millis=7 * DAY))
    assert {one.item_id: one.counts for one in state.likings} == {"new": 2.0, "old": 2.0, "bad": -1.0}
    assert [one.item_id for one in state.likes(5)] == ["new", "old"]
    assert as_asked(state, History(half_life_millis=7 * DAY)).likings == state.likings


def test_something_is_left_of_the_very_old() -> None:
    ancient = UserState("ann", True, (Liking("new", 1.0, NOW), Liking("unknown", 1.0, 0)))
    state = as_asked(ancient, History(half_life_millis=1.0))
    assert all(0 < one.decay <= 1 for one in state.likings)


def test_withheld_ones_are_kept_aside() -> None:
    state = as_asked(ANN, History(without=("old", "unknown")))
    assert state.seen == {"new", "bad"}
    assert [one.item_id for one in state.withheld] == ["old"]
    assert state.altered


def test_a_session_counts_by_its_order() -> None:
    state = as_asked(UserState("", False), History(("a", "b", "a", "c")))
    assert [one.item_id for one in state.likes(5)] == ["c", "a", "b"]
    assert [one.decay for one in state.likes(5)] == pytest.approx([1, 2 ** (-1 / SESSION_HALF_LIFE), 2 ** (-2 / 5)])
    assert state.seen == {"a", "b", "c"}
