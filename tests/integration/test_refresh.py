"""The batch that serving lives on: what it writes, what it leaves, and that serving never sees a gap."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from graph.client import Graph
from graph.ingest import record_events, write_items, write_users
from graph.records import Event, Item, User
from graph.settings import PopularitySettings, PreferenceSettings
from graph.similarity import Neighbours, replace_similar
from graph.training_data import preference_arrays
from recommend.maintain import RefreshReport, like_matrix, refresh, refresh_co_occurrence, refresh_trends
from recommend.protocol import Ask
from recommend.registry import strategies
from recommend.service import RecommendationService
from recommend.settings import RecommendSettings
from tests.worlds.checkerboard import CHECKERBOARD, ITEMS, held_out, write_checkerboard
from tests.worlds.world import World, write_world

SETTINGS = RecommendSettings()
PREFERENCES, POPULARITY = PreferenceSettings(), PopularitySettings()
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def refreshed(graph: Graph, settings: RecommendSettings = SETTINGS) -> RefreshReport:
    return refresh(graph, settings, PREFERENCES, POPULARITY)


def service_on(graph: Graph) -> RecommendationService:
    return RecommendationService(graph, strategies(graph, SETTINGS), SETTINGS)


@pytest.fixture
def board(graph: Graph) -> Graph:
    write_checkerboard(graph)
    return graph


def test_from_raw_events_to_every_cypher_strategy(graph: Graph) -> None:
    """Through ingest, as a user of the program would."""
    write_users(graph, [User(user) for user in ("ann", "bob", "cleo")])
    write_items(graph, [Item(item, tags={"crime": 1.0} if item != "up" else {}) for item in ("heat", "casino", "up")])
    liked = [("ann", "heat"), ("bob", "heat"), ("bob", "casino"), ("cleo", "casino"), ("cleo", "up")]
    events = [
        Event(f"{user}-{item}", user, item, "like", NOW - timedelta(days=k)) for k, (user, item) in enumerate(liked)
    ]
    record_events(graph, events, PREFERENCES, POPULARITY)
    steps: list[str] = []
    report = refresh(graph, SETTINGS, PREFERENCES, POPULARITY, steps.append)
    assert (
        steps
        == list(report.seconds)
        == ["popularity", "trends", "tags", "similar by co-occurrence", "similar by content", "new items"]
    )
    assert (report.trending_items, report.co_occurrence_edges, report.content_edges) == (3, 4, 2)
    service = service_on(graph)
    for strategy in ("co-occurrence", "content"):
        (answer,) = service.recommend([Ask("ann", 1)], strategy)
        assert [one.item_id for one in answer.recommendations] == ["casino"]
        assert answer.layer == strategy
    (rising,) = service.recommend([Ask("ann", 2)], "trending")
    assert [one.item_id for one in rising.recommendations] == ["casino", "up"]


def test_an_empty_graph_is_refreshed_too(graph: Graph) -> None:
    report = refreshed(graph)
    assert (report.trending_items, report.co_occurrence_edges, report.content_edges) == (0, 0, 0)


def test_a_second_refresh_writes_no_edge(board: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    first = refreshed(board)
    before = service_on(board).similar(ITEMS, 50)
    ran: list[str] = []
    monkeypatch.setattr(board, "observe", ran.append)
    second = refreshed(board)
    assert (second.co_occurrence_edges, second.content_edges) == (first.co_occurrence_edges, first.content_edges)
    assert first.co_occurrence_edges > 0 < first.content_edges
    assert "maintain/replace_similar" not in ran
    assert service_on(board).similar(ITEMS, 50) == before


def test_edges_that_no_longer_hold_are_removed(board: Graph) -> None:
    write_world(
        board, replace(CHECKERBOARD, similar={("i23", "i00", "co-occurrence"): 1.0, ("i23", "i01", "other"): 1.0})
    )
    assert service_on(board).similar(["i23"], by="co-occurrence") != [[]]
    refresh_co_occurrence(board, SETTINGS, "run")
    assert service_on(board).similar(["i23"], by="co-occurrence") == [[]]
    others = RecommendSettings(similar_order=("other",))
    (kept,) = RecommendationService(board, strategies(board, others), others).similar(["i23"], by="other")
    assert [one.item_id for one in kept] == ["i01"]


def test_every_write_leaves_each_item_its_old_or_its_new_list(board: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before each query of a refresh, as a reader between two of its transactions would."""
    monkeypatch.setattr("graph.similarity.EDGES_PER_WRITE", 20)
    refreshed(board)
    write = board.observe
    old = service_on(board).similar(ITEMS, 5, by="co-occurrence")
    halved = [
        Neighbours(item, [one.item_id for one in found[:2]], [0.5, 0.25][: len(found)])
        for item, found in zip(ITEMS, old, strict=True)
    ]
    new = [[(one, score) for one, score in zip(near.ids, near.scores, strict=True)] for near in halved]
    seen: list[str] = []

    def look(name: str) -> None:
        if name.startswith("maintain/"):
            monkeypatch.setattr(board, "observe", write)
            now = service_on(board).similar(ITEMS, 5, by="co-occurrence")
            seen.append(name)
            for before, after, found in zip(old, new, now, strict=True):
                assert found == before or [(one.item_id, one.score) for one in found] == after
            monkeypatch.setattr(board, "observe", look)

    monkeypatch.setattr(board, "observe", look)
    replace_similar(board, iter(halved), "co-occurrence", "run")
    monkeypatch.setattr(board, "observe", write)
    assert seen.count("maintain/replace_similar") == 3
    found = service_on(board).similar(ITEMS, 5, by="co-occurrence")
    assert [[(one.item_id, one.score) for one in near] for near in found] == new


def test_trends_compare_two_windows_by_users_who_like(graph: Graph) -> None:
    day = 86_400_000
    now = 1_767_312_000_000
    moments: dict[str, list[tuple[str, float]]] = {
        "rises": [("u1", 0), ("u2", 1), ("u2", 2), ("u3", 6.99), ("u4", 8)],
        "falls": [("u1", 3), ("u2", 7), ("u3", 10), ("u4", 13.9)],
        "steady": [("u1", 1), ("u1", 9)],
        "on the edge": [("u1", 1), ("u2", 7)],
        "disliked": [("u1", 1), ("u2", 1)],
        "long ago": [("u1", 14), ("u2", 400)],
    }
    users = ("u1", "u2", "u3", "u4")
    events = [(user, item, at) for item, touches in moments.items() for user, at in touches]
    write_world(
        graph,
        World(
            users=users,
            items=tuple(moments),
            prefers={(user, item): -1.0 if item == "disliked" else 1.0 for user, item, _ in events},
            events=tuple(
                (user, item, str(k), "view", int(now - at * day)) for k, (user, item, at) in enumerate(events)
            ),
            trends={"long ago": 3.0},
        ),
    )
    assert refresh_trends(graph, SETTINGS) == 1
    (answer,) = service_on(graph).recommend([Ask("nobody", 1)], "trending")
    assert answer.recommendations[0].item_id == "rises"
    assert answer.recommendations[0].score == pytest.approx((3 - 1) / math.sqrt(1 + 1))
    (more,) = service_on(graph).recommend([Ask("nobody", 5)], "trending")
    assert [one.strategy for one in more.recommendations] == ["trending", *["popular"] * 4]


def test_only_the_strongest_likes_of_a_user_build_edges() -> None:
    arrays = preference_arrays(["u", "u", "u", "v"], ["a", "b", "c", "a"], [1.0, 3.0, 2.0, 1.0], [0, 0, 0, 0])
    assert like_matrix(arrays, ["a", "b", "c", "d"], 2).toarray().tolist() == [[0, 1, 1, 0], [1, 0, 0, 0]]


def test_caps_bound_the_walk_and_still_answer(board: Graph) -> None:
    tight = RecommendSettings(
        co_occurrence_form="online", history_cap=2, users_cap=1, items_cap=2, tags_cap=1, tag_items_cap=1
    )
    for strategy in ("co-occurrence", "content"):
        (few,) = strategies(board, tight)[strategy].candidates([Ask("u00", 50)])
        (many,) = strategies(board, RecommendSettings(co_occurrence_form="online"))[strategy].candidates(
            [Ask("u00", 50)]
        )
        assert len(few) <= 2
        assert {one.item_id for one in few} <= {one.item_id for one in many}
    (content,) = strategies(board, tight)["content"].candidates([Ask("u00", 50)])
    assert len(content) == 1


def test_a_sample_of_users_stands_for_all(board: Graph) -> None:
    """Five even users in all: with two of them walked per item, counts are scaled to what all would give."""
    sampled = RecommendSettings(co_occurrence_form="online", users_cap=2)
    (exact,) = strategies(board, RecommendSettings(co_occurrence_form="online"))["co-occurrence"].candidates(
        [Ask("u00", 9)]
    )
    (guessed,) = strategies(board, sampled)["co-occurrence"].candidates([Ask("u00", 9)])
    assert {one.item_id for one in guessed} <= held_out("u00")
    assert guessed[0].score == pytest.approx(exact[0].score, rel=0.5)
