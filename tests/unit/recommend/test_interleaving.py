"""Two rankings in one list: fairly drawn, each item once, and the better one wins."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommend.interleaving import TOLD_APART, Drafted, as_one, odds, team_draft
from recommend.protocol import Answer, Ask, Recommendation

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


def test_who_shows_what_people_want_wins_most_lists() -> None:
    def lead(drafted: Drafted, clicked: str) -> int:
        teams = [team for item, team in zip(drafted.items, drafted.teams, strict=True) if item in clicked]
        return teams.count(0) - teams.count(1)

    wins = [lead(team_draft("abcde", "fghij", 6, Random(seed)), "afb") > 0 for seed in range(200)]
    assert all(wins)
    assert odds(wins.count(True), wins.count(False)) > 1e9


def test_a_fair_coin_is_not_told_apart() -> None:
    assert odds(0, 0) == 1
    assert odds(5, 5) < 1
    assert odds(9, 1) == odds(1, 9) == pytest.approx(1024 / 110)


def test_looking_all_the_time_misleads_in_no_more_than_one_of_twenty() -> None:
    random, misled = np.random.default_rng(1), 0
    for _ in range(400):
        first = np.cumsum(random.random(500) < 0.5)
        misled += any(odds(int(won), k + 1 - int(won)) >= TOLD_APART for k, won in enumerate(first))
    assert misled <= 20


def answer(run: str, *items: str, note: str | None = None) -> Answer:
    listed = tuple(Recommendation(item, 1.0 / k, k, run) for k, item in enumerate(items, 1))
    asked = Ask("u", 3, weights=((run, 1.0),))
    return Answer("u", run, run, listed, f"{run}-run", note, variants=("other/flag", f"ab/{run}"), asked=asked)


def test_two_answers_become_one_that_says_who_picked_what() -> None:
    one, other = answer("a", "x", "y", "z", note="why"), answer("b", "y", "v", "w")
    found = as_one((one, other), ("ab/a", "ab/b"), Ask("u", 3), "default", Random(2))
    assert len({item.item_id for item in found.recommendations}) == 3
    assert [item.position for item in found.recommendations] == [1, 2, 3]
    assert [f"ab/{item.strategy}" for item in found.recommendations] == list(found.teams)
    assert (found.strategy, found.layer, found.run) == ("default", found.recommendations[0].strategy, None)
    assert (found.note, found.variants) == ("why", ("other/flag", "ab/a", "ab/b"))
    for item, draft in zip(found.recommendations, found.drafted(Ask("u", 3)), strict=True):
        assert draft.strategy == item.strategy, "asked again, whoever picked it gives it again"
        assert draft.asked.weights == ((item.strategy, 1.0),)
