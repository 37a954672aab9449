"""Two rankings in one list: fairly drawn, each item once, and the better one wins."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommend.interleaving import Drafted, sign_test, team_draft, winner

rankings = st.lists(st.sampled_from("abcdefghij"), unique=True, max_size=10)


@given(rankings, rankings, st.integers(0, 12), st.integers(0, 100))
def test_each_item_comes_once_and_teams_are_even(one: list[str], other: list[str], first: int, seed: int) -> None:
    found = team_draft(one, other, first, Random(seed))
    assert len(set(found.items)) == len(found.items) == min(first, len({*one, *other}))
    for team, ranking in enumerate((one, other)):
        own = [item for item, of in zip(found.items, found.teams, strict=True) if of == team]
        assert own == [item for item in ranking if item in own]
    for length in range(len(found.items)):
        lead = abs(found.teams[:length].count(0) - found.teams[:length].count(1))
        assert lead <= 1 or {*one} <= {*found.items[:length]} or {*other} <= {*found.items[:length]}


def test_either_team_begins_as_often() -> None:
    begins = [team_draft("ab", "cd", 2, Random(seed)).teams[0] for seed in range(2_000)]
    assert sum(begins) == pytest.approx(1_000, abs=100)


def test_the_same_ranking_twice_is_that_ranking() -> None:
    assert team_draft("abcd", "abcd", 3, Random(1)).items == ("a", "b", "c")


@pytest.mark.parametrize(("clicked", "won"), [("a", 0), ("b", 1), ("ab", None), ("", None), ("acb", 0), ("x", None)])
def test_whose_items_are_clicked_more_wins(clicked: str, won: int | None) -> None:
    assert winner(Drafted(("a", "b", "c"), (0, 1, 0)), clicked) == won


def test_who_shows_what_people_want_wins_most_lists() -> None:
    wanted, other = "abcde", "fghij"
    wins = [winner(team_draft(wanted, other, 6, Random(seed)), {"a", "f", "b"}) for seed in range(200)]
    assert wins.count(0) == 200
    assert sign_test(wins.count(0), wins.count(1)) < 1e-9


def test_a_fair_coin_is_not_told_apart() -> None:
    assert sign_test(5, 5) == 1
    assert sign_test(0, 0) == 1
    assert sign_test(9, 1) == pytest.approx(2 * 11 / 1024)
