"""What every strategy does with another history than the stored one, on the checkerboard."""

from __future__ import annotations

import pytest

from graph.client import Graph
from graph.models import MODELS
from recommend.histories import History
from recommend.protocol import NOBODY, Ask
from recommend.registry import strategies
from recommend.service import RecommendationService
from tests.worlds.checkerboard import CHECKERBOARD, TAUGHT, USERS, held_out, parity, unseen
from tests.worlds.strategies import ALL, AUTO, FILTERS, LEARNED, NAMES, PERSONAL, chosen, ids

ROUNDING = 1e-6
"""A score of less is that of an item of the other colour: whether anything speaks for it hangs on the processor."""
AS_IT_IS = History(without=("no-such-item",))
"""Asks for what is stored by way of everything that another history goes through."""


def liked_by(user: str) -> tuple[str, ...]:
    return tuple(sorted(item for (one, item), weight in CHECKERBOARD.prefers.items() if one == user and weight > 0))


@pytest.mark.parametrize("name", ALL)
def test_a_history_without_nothing_is_the_stored_one(board: Graph, name: str) -> None:
    recommender = chosen(board, name)
    stored = recommender.candidates([Ask(user, 9, filters) for user in USERS for filters in FILTERS])
    given = recommender.candidates([Ask(user, 9, filters, AS_IT_IS) for user in USERS for filters in FILTERS])
    assert [ids(one) for one in given] == [ids(one) for one in stored]
    for one, other in zip(given, stored, strict=True):
        assert [found.score for found in one] == pytest.approx([found.score for found in other])


@pytest.mark.parametrize("name", ALL)
def test_what_is_withheld_may_come_again(board: Graph, name: str) -> None:
    recommender = chosen(board, name)
    for user in USERS[:4]:
        gone = liked_by(user)[0]
        (found,) = recommender.candidates([Ask(user, 50, history=History(without=(gone,)))])
        assert set(ids(found)) <= unseen(user) | {gone}
        if name not in ("trending", "content"):
            assert gone in ids(found), user


@pytest.mark.parametrize("name", PERSONAL)
def test_without_all_of_it_there_is_nothing_to_go_by(board: Graph, name: str) -> None:
    everything = tuple(item for user, item in CHECKERBOARD.prefers if user == "u00")
    (found,) = chosen(board, name).candidates([Ask("u00", history=History(without=everything))])
    if name not in LEARNED:
        assert found == []


@pytest.mark.parametrize("name", PERSONAL)
def test_a_session_counts_as_its_items(board: Graph, name: str) -> None:
    recommender = chosen(board, name)
    for user in USERS[:6]:
        session = liked_by(user)
        (found,) = recommender.candidates([Ask(NOBODY, 50, history=History(session))])
        hidden = held_out(user)
        assert not set(ids(found)) & set(session)
        assert {parity(item) for item in ids(found)[: len(hidden)]} == {parity(user)}


@pytest.mark.parametrize("name", PERSONAL)
def test_in_a_session_the_newest_counts_most(board: Graph, name: str) -> None:
    """Six even and six odd ones: what comes first is of the colour that was seen last."""
    even, odd = ([item for item in TAUGHT if parity(item) == colour][:6] for colour in (0, 1))
    recommender = chosen(board, name)
    for session in (odd + even, even + odd):
        (found,) = recommender.candidates([Ask(NOBODY, 2, history=History(tuple(session)))])
        assert {parity(item) for item in ids(found)} == {parity(session[-1])}


@pytest.mark.parametrize("name", PERSONAL)
def test_a_session_has_reasons(board: Graph, name: str) -> None:
    recommender = chosen(board, name)
    ask = Ask(NOBODY, 2, history=History(liked_by("u00")))
    (found,) = recommender.candidates([ask])
    explained = recommender.explain([(ask, item) for item in ids(found)])
    for one in explained:
        assert one is not None
        assert one.nodes[1].id in liked_by("u00")


@pytest.mark.parametrize("name", PERSONAL)
def test_histories_do_not_get_mixed_up(board: Graph, name: str) -> None:
    likes = liked_by("u00")
    asks = [Ask("u00", 5, history=History(without=(gone,))) for gone in likes]
    asks += [Ask(NOBODY, 5, history=History((item,))) for item in likes]
    asks += [Ask("u00", 5)]
    recommender = chosen(board, name)
    assert recommender.candidates(asks) == [recommender.candidates([ask])[0] for ask in asks]


@pytest.mark.parametrize("name", NAMES)
def test_a_session_always_gets_an_answer(board: Graph, name: str) -> None:
    service = RecommendationService(board, strategies(board, AUTO), AUTO)
    sessions = [(), ("no-such-item",), liked_by("u00")[:1], liked_by("u00")]
    for ask in [Ask(NOBODY, 8, history=History(session)) for session in sessions]:
        (answer,) = service.recommend([ask], name)
        assert len(answer.recommendations) == 8
        assert not {one.item_id for one in answer.recommendations} & set(ask.history.session or ())
        assert "No user has the id" not in (answer.note or "")
    (empty,) = service.recommend([Ask(NOBODY, 8, history=History(()))], name)
    assert empty.layer in ("popular", "trending")


@pytest.mark.parametrize("name", [*MODELS, "item-item", "item-item in the graph", "co-occurrence"])
def test_without_its_reason_a_score_falls_by_the_stated_share(board: Graph, name: str) -> None:
    recommender = chosen(board, name)
    shares = []
    for user in USERS[:6]:
        (found,) = recommender.candidates([Ask(user, 3)])
        for one, told in zip(found, recommender.explain([(Ask(user), item) for item in ids(found)]), strict=True):
            if abs(one.score) < ROUNDING:
                continue
            assert told is not None
            if told.share is None:
                continue
            (without,) = recommender.candidates([Ask(user, 50, history=History(without=(told.nodes[1].id,)))])
            left = {other.item_id: other.score for other in without}.get(one.item_id, 0.0)
            assert left == pytest.approx(one.score * (1 - told.share), rel=1e-4, abs=1e-6)
            shares.append(told.share)
    assert len(shares) > 12
    assert all(0 < share <= 1.0001 for share in shares)


@pytest.mark.parametrize("name", [*MODELS, "item-item", "co-occurrence", "content"])
def test_a_path_has_the_stored_weight_however_old_the_like(board: Graph, name: str) -> None:
    recommender = chosen(board, name)
    ask = Ask("u00", 3, history=History(half_life_millis=1.0))
    (found,) = recommender.candidates([ask])
    for told in recommender.explain([(ask, item) for item in ids(found)]):
        assert told is not None
        if told.edges:
            assert told.edges[0].weight == CHECKERBOARD.prefers["u00", told.nodes[1].id]
