"""The one door: fallbacks and what is said of them, similar and popular items, refusals, round trips."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph.client import Graph
from graph.errors import ConfigurationError, InputError, UnknownStrategy
from graph.records import Scored
from recommend.protocol import Ask, Filters
from recommend.registry import strategies
from recommend.service import RecommendationService
from recommend.settings import RecommendSettings
from tests.worlds.checkerboard import CHECKERBOARD, ITEMS, USERS, held_out, teach, write_checkerboard
from tests.worlds.world import World, write_world

SETTINGS = RecommendSettings()
LINKED = World(
    users=("ann",),
    items=("a", "b", "c", "d", "e", "f"),
    kinds={"e": "book"},
    prefers={("ann", "e"): 3.0, ("ann", "c"): 2.0, ("ann", "f"): 1.0},
    similar={
        ("a", "b", "co-occurrence"): 0.2,
        ("a", "c", "co-occurrence"): 0.1,
        ("a", "d", "content"): 0.9,
        ("a", "c", "content"): 0.8,
    },
)


def service_on(graph: Graph, settings: RecommendSettings = SETTINGS) -> RecommendationService:
    return RecommendationService(graph, strategies(graph, settings), settings)


@pytest.fixture
def board(graph: Graph) -> Graph:
    write_checkerboard(graph)
    return graph


def test_untrained_models_give_way_to_co_occurrence(board: Graph) -> None:
    (answer,) = service_on(board).recommend([Ask("u00", 2)])
    assert (answer.strategy, answer.layer, answer.run) == ("hybrid", "co-occurrence", None)
    assert {one.item_id for one in answer.recommendations} <= held_out("u00")
    assert answer.note == "hybrid has not been trained yet (edgewise train): 2 by co-occurrence."


def test_a_trained_model_answers_and_names_its_run(board: Graph) -> None:
    teach(board)
    (answer,) = service_on(board).recommend([Ask("u00", 2)], "lightgcn")
    assert (answer.strategy, answer.layer, answer.run, answer.note) == ("lightgcn", "lightgcn", "lightgcn-taught", None)


def test_the_blend_answers_first_once_one_of_its_models_is_trained(board: Graph) -> None:
    teach(board)
    (answer,) = service_on(board).recommend([Ask("u00", 2)])
    assert (answer.strategy, answer.layer, answer.note) == ("hybrid", "hybrid", None)
    assert {one.strategy for one in answer.recommendations} == {"hybrid"}


def test_co_occurrence_is_topped_up_and_says_so(board: Graph) -> None:
    (answer,) = service_on(board).recommend([Ask("u00", 10)], "co-occurrence")
    by = [one.strategy for one in answer.recommendations]
    known = len(held_out("u00"))
    assert by[:known] == ["co-occurrence"] * known
    assert set(by[known:]) <= {"content", "popular"}
    assert answer.note is not None
    assert answer.note.startswith(f"co-occurrence knows {known} of 10; the rest: ")


def test_no_event_and_no_preference_is_still_an_answer(graph: Graph) -> None:
    write_world(graph, World(users=(), items=("b", "a", "c")))
    (answer,) = service_on(graph).recommend([Ask("nobody", 2)])
    assert [one.item_id for one in answer.recommendations] == ["a", "b"]
    assert service_on(graph).popular(3) == [Scored("a", 0.0), Scored("b", 0.0), Scored("c", 0.0)]


def test_an_empty_graph_gives_an_empty_answer(graph: Graph) -> None:
    (answer,) = service_on(graph).recommend([Ask("nobody", 2)])
    assert answer.recommendations == ()
    assert "No more than 0 unseen items match." in (answer.note or "")


def test_round_trips_do_not_grow_with_asks(board: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    teach(board)
    service = service_on(board)
    ran: list[str] = []
    monkeypatch.setattr(board, "observe", ran.append)
    for strategy in service.strategies:
        ran.clear()
        service.recommend([Ask("u00", 20)], strategy)
        one = list(ran)
        ran.clear()
        service.recommend([Ask(user, 20) for user in (*USERS, "a-stranger")], strategy)
        assert len(ran) <= len(one) + 1, (one, ran)


def test_unknown_strategies_and_wrong_numbers_are_refused_before_anything_is_read(
    board: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = service_on(board)
    ran: list[str] = []
    monkeypatch.setattr(board, "observe", ran.append)
    with pytest.raises(UnknownStrategy, match=r"'best'; choose one of als, co-occurrence, content, .*trending"):
        service.recommend([Ask("u00")], "best")
    with pytest.raises(UnknownStrategy):
        service.explain([(Ask("u00"), "i00", "best")])
    for first in (0, -1, 51):
        for call in (
            lambda n: service.recommend([Ask("u00", n)]),
            service.popular,
            lambda n: service.similar(["i00"], n),
        ):
            with pytest.raises(InputError, match=f"first is {first}; ask for 1 to 50"):
                call(first)
    with pytest.raises(InputError, match="no similarity by 'magic'"):
        service.similar(["i00"], by="magic")
    assert ran == []


def test_settings_that_name_no_strategy_are_refused(graph: Graph) -> None:
    with pytest.raises(ConfigurationError, match="names best"):
        service_on(graph, RecommendSettings(default_strategy="best"))
    with pytest.raises(ConfigurationError, match="names worst"):
        service_on(graph, RecommendSettings(fallback=("content", "worst")))


def test_explanations_come_in_order_whatever_the_strategies(board: Graph) -> None:
    item = min(held_out("u00"))
    u00 = Ask("u00")
    reasons = [(u00, item, "popular"), (u00, item, "co-occurrence"), (u00, "i01", "co-occurrence")]
    popular, walked, crossed = service_on(board).explain(reasons)
    assert popular is not None
    assert popular.strategy == "popular"
    assert walked is not None
    assert walked.strategy == "co-occurrence"
    assert crossed is None
    assert service_on(board).explain([]) == []


def test_similar_items_by_likeness_then_popular_of_the_kind(graph: Graph) -> None:
    write_world(graph, LINKED)
    of_a, of_e, unknown = service_on(graph).similar(["a", "e", "nothing"], 5)
    assert [one.item_id for one in of_a] == ["b", "c", "d", "f"]
    assert of_a[:3] == [Scored("b", 0.2), Scored("c", 0.1), Scored("d", 0.9)]
    assert of_e == unknown == []
    assert [one.item_id for one in service_on(graph).similar(["a"], 5, by="content")[0]] == ["d", "c"]
    assert [len(found) for found in service_on(graph).similar(["a"], 1)] == [1]
    assert service_on(graph).similar([]) == []


def test_similar_items_are_one_round_trip(board: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    monkeypatch.setattr(board, "observe", ran.append)
    service_on(board).similar(ITEMS)
    assert ran == ["recommend/similar_items"]


def test_popular_items_by_filter(board: Graph) -> None:
    found = service_on(board).popular(50, Filters(kinds=("book",), exclude_ids=("i22",)))
    books = [item for item in ITEMS if CHECKERBOARD.kinds[item] == "book" and item != "i22"]
    assert [one.item_id for one in found] == sorted(books, key=lambda item: (-CHECKERBOARD.popularity(item), item))


@pytest.mark.parametrize("days", [0, 180, 360])
def test_popularity_is_decayed_to_the_newest_event(graph: Graph, days: int) -> None:
    """Stored popularity counts from 2000; two half-lives later a quarter of it is left."""
    since_2000 = 946_684_800_000 + days * 86_400_000
    write_world(
        graph,
        replace(LINKED, events=(("ann", "e", "old", "like", 946_684_800_000), ("ann", "c", "new", "like", since_2000))),
    )
    (found,) = service_on(graph).popular(1)
    assert found.item_id == "e"
    assert found.score == pytest.approx(3.0 / 2 ** (days / 180))
