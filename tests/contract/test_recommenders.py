"""What every strategy promises, on a checkerboard where the right answers can be proven."""

from __future__ import annotations

from itertools import product

import pytest

from graph.client import Graph
from recommend.protocol import Ask
from recommend.registry import strategies
from recommend.service import RecommendationService
from tests.worlds.checkerboard import (
    CHECKERBOARD,
    HATER,
    NEWCOMER,
    PROFILED,
    TAUGHT,
    USERS,
    by_popularity,
    held_out,
    parity,
    unseen,
)
from tests.worlds.strategies import (
    ALL,
    AUTO,
    FILTERS,
    LEARNED,
    NAMES,
    PERSONAL,
    ROUND_TRIPS,
    STRANGER,
    chosen,
    ids,
    matches,
)


def test_the_suite_knows_every_strategy(board: Graph) -> None:
    assert sorted(strategies(board, AUTO)) == sorted(NAMES)
    assert {name: one.strategy for name, one in strategies(board, AUTO).items()} == {name: name for name in NAMES}


@pytest.mark.parametrize("name", PERSONAL)
def test_what_was_held_out_comes_first(board: Graph, name: str) -> None:
    for user, found in zip(USERS, chosen(board, name).candidates([Ask(user, 5) for user in USERS]), strict=True):
        hidden = held_out(user)
        assert set(ids(found)[: len(hidden)]) == hidden, user


@pytest.mark.parametrize("name", ["co-occurrence", "co-occurrence online"])
def test_co_occurrence_never_crosses_the_colours(board: Graph, name: str) -> None:
    for user, found in zip(USERS, chosen(board, name).candidates([Ask(user, 50) for user in USERS]), strict=True):
        assert {parity(item) for item in ids(found)} == {parity(user)}


@pytest.mark.parametrize("user", ["u00", "u07", NEWCOMER, STRANGER])
def test_popular_is_in_the_order_of_popularity(board: Graph, user: str) -> None:
    (found,) = chosen(board, "popular").candidates([Ask(user, 50)])
    assert ids(found) == by_popularity(unseen(user))


def test_popular_is_the_same_from_the_tags_and_along_the_index(board: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    asks = [Ask(user, first, filters) for user, first, filters in product(("u00", STRANGER), (3, 50), FILTERS)]
    from_the_tags = chosen(board, "popular").candidates(asks)
    monkeypatch.setattr("graph.candidates.RARE_TAG_ITEMS", 0)
    assert chosen(board, "popular").candidates(asks) == from_the_tags
    for ask, found in zip(asks, from_the_tags, strict=True):
        there = {item for item in unseen(ask.user_id) if matches(item, ask.filters)}
        assert ids(found) == by_popularity(there)[: ask.first]


@pytest.mark.parametrize("user", ["u00", "u07", NEWCOMER, STRANGER])
def test_trending_is_what_rises(board: Graph, user: str) -> None:
    (found,) = chosen(board, "trending").candidates([Ask(user, 50)])
    rising = {item: trend for item, trend in CHECKERBOARD.trends.items() if trend > 0 and item in unseen(user)}
    assert ids(found) == sorted(rising, key=lambda item: (-rising[item], item))


@pytest.mark.parametrize("name", ALL)
def test_the_best_first_and_ties_by_id(board: Graph, name: str) -> None:
    for found in chosen(board, name).candidates([Ask(user, 50) for user in USERS]):
        assert found
        assert found == sorted(found, key=lambda one: (-one.score, one.item_id))


@pytest.mark.parametrize("name", ALL)
def test_fewer_are_the_first_of_more(board: Graph, name: str) -> None:
    for user in USERS[:3]:
        more, *fewer = chosen(board, name).candidates([Ask(user, 50), *(Ask(user, first) for first in range(1, 5))])
        assert fewer == [more[:first] for first in range(1, 5)]


@pytest.mark.parametrize("name", ALL)
def test_many_at_once_as_one_by_one(board: Graph, name: str) -> None:
    asks = [Ask(user, 7, filters) for user, filters in product((*USERS[:4], STRANGER, NEWCOMER), FILTERS)]
    recommender = chosen(board, name)
    together = recommender.candidates(asks)
    assert together == [recommender.candidates([ask])[0] for ask in asks]
    assert together == recommender.candidates(asks)


@pytest.mark.parametrize("name", ALL)
def test_round_trips_do_not_grow_with_asks(board: Graph, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    recommender = chosen(board, name)
    recommender.candidates([Ask("u00", 3)])
    monkeypatch.setattr(board, "observe", ran.append)
    recommender.candidates([Ask("u00", 3)])
    one, ran[:] = len(ran), []
    recommender.candidates([Ask(user, 3) for user in USERS])
    assert len(ran) <= one <= ROUND_TRIPS.get(name, 1)


@pytest.mark.parametrize("name", ALL)
def test_nothing_asked_nothing_answered(board: Graph, name: str) -> None:
    assert chosen(board, name).candidates([]) == []


@pytest.mark.parametrize("name", PERSONAL)
def test_strangers_and_newcomers_get_an_empty_list(board: Graph, name: str) -> None:
    assert chosen(board, name).candidates([Ask(STRANGER), Ask(NEWCOMER), Ask(HATER)]) == [[], [], []]


@pytest.mark.parametrize("name", PERSONAL)
def test_who_likes_nothing_is_answered_by_profile_or_not_at_all(board: Graph, name: str) -> None:
    recommender = chosen(board, name)
    (found,) = recommender.candidates([Ask(PROFILED, 50)])
    even = [item for item in TAUGHT if parity(item) == 0]
    assert sorted(ids(found)[: len(even)]) == (even if name in LEARNED else [])
    explained = recommender.explain([(Ask(PROFILED), item) for item in ids(found)])
    for item, one in zip(even, explained, strict=False):
        assert one is not None, item
        assert "people like you" in one.sentence
        assert [node.label for node in one.nodes] == ["Item"]


@pytest.mark.parametrize("name", NAMES)
def test_the_service_knows_who_has_a_profile(board: Graph, name: str) -> None:
    service = RecommendationService(board, strategies(board, AUTO), AUTO)
    (answer,) = service.recommend([Ask(PROFILED, 4)], name)
    by_profile = name in LEARNED
    own = name in ("hybrid", "trending", "two-tower")
    # als and nmf are in no layer, so all of those follow them.
    next_one = "hybrid" if name in ("als", "nmf") else "lightfm"
    assert answer.layer == (name if own else next_one if by_profile else "popular")
    assert (answer.note is None) == (name in ("hybrid", "lightfm", "popular", "trending", "two-tower"))
    assert name != "lightgcn" or answer.note == "This user has liked nothing yet, but has a profile: 4 by lightfm."


@pytest.mark.parametrize("name", ALL)
def test_an_explanation_for_each_recommendation(board: Graph, name: str) -> None:
    recommender = chosen(board, name)
    (found,) = recommender.candidates([Ask("u00", 2)])
    explained = recommender.explain([(Ask("u00"), item) for item in ids(found)])
    assert [one is not None and one.strategy for one in explained] == [recommender.strategy] * len(found)
    assert all(one is not None and one.nodes[-1].id == item for one, item in zip(explained, ids(found), strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_the_service_gives_k_whenever_there_are_k(board: Graph, name: str) -> None:
    service = RecommendationService(board, strategies(board, AUTO), AUTO)
    asks = [
        Ask(user, first, filters)
        for user, filters, first in product(("u00", "u05", HATER, NEWCOMER, STRANGER), FILTERS, (1, 8, 50))
    ]
    for ask, answer in zip(asks, service.recommend(asks, name), strict=True):
        there = {item for item in unseen(ask.user_id) if matches(item, ask.filters)}
        given = [one.item_id for one in answer.recommendations]
        assert len(given) == min(ask.first, len(there)), ask
        assert set(given) <= there
        assert len(set(given)) == len(given)
        assert [one.position for one in answer.recommendations] == list(range(1, len(given) + 1))


@pytest.mark.parametrize("name", NAMES)
def test_strangers_get_what_is_for_everyone_and_are_told(board: Graph, name: str) -> None:
    service = RecommendationService(board, strategies(board, AUTO), AUTO)
    stranger, newcomer = service.recommend([Ask(STRANGER, 5), Ask(NEWCOMER, 5)], name)
    expected = "trending" if name == "trending" else "popular"
    assert stranger.layer == newcomer.layer == expected
    assert stranger.note is not None
    assert STRANGER in stranger.note
    assert expected in stranger.note
    assert name in ("popular", "trending") or "popular" in (newcomer.note or "")
