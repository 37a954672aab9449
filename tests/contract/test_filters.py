"""What every strategy promises of filters: nothing else comes, and nothing else is taken away."""

from __future__ import annotations

from itertools import product

import pytest

from graph.client import Graph
from recommend import narrowing
from recommend.protocol import Ask
from tests.worlds.checkerboard import HATER, USERS, unseen
from tests.worlds.strategies import ALL, FILTERS, chosen, ids, matches


@pytest.mark.parametrize("name", ALL)
def test_nothing_seen_excluded_or_filtered_out(board: Graph, name: str) -> None:
    asks = [Ask(user, 50, filters) for user, filters in product([*USERS, HATER], FILTERS)]
    for ask, found in zip(asks, chosen(board, name).candidates(asks), strict=True):
        assert set(ids(found)) <= {item for item in unseen(ask.user_id) if matches(item, ask.filters)}, ask
        assert len(set(ids(found))) == len(found)


@pytest.mark.parametrize("name", ALL)
def test_filters_take_nothing_else_away(board: Graph, name: str) -> None:
    for user, filters in product(("u00", "u03"), FILTERS):
        everything, some = chosen(board, name).candidates([Ask(user, 50), Ask(user, 50, filters)])
        left = [item for item in ids(everything) if matches(item, filters)]
        # What a sum counts for in a blend is measured by the best one that matches, so there the order may change.
        assert sorted(ids(some)) == sorted(left)
        assert name == "hybrid of many" or ids(some) == left


@pytest.mark.parametrize("name", ALL)
def test_filters_that_leave_many_take_nothing_else_away(
    board: Graph, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrowing, "NAMED", 0)
    monkeypatch.setattr(narrowing, "FIRST_TIMES", 2)
    recommender = chosen(board, name)
    (everything,) = recommender.candidates([Ask("u00", 50)])
    for filters in FILTERS:
        (some,) = recommender.candidates([Ask("u00", 2, filters)])
        assert name == "hybrid of many" or ids(some) == [one for one in ids(everything) if matches(one, filters)][:2]
