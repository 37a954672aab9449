"""The learned item-item model on a real graph: its edges, its answers and reasons, and the life of its trainings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
import pytest
from scipy.sparse import csr_array

import gnn.train
from gnn.item_item import fit_item_item
from gnn.model_settings import ItemItemSettings
from gnn.settings import TrainingSettings
from gnn.train import train
from gnn.train_item_item import LearnedItems, write_items
from graph.client import Graph
from graph.errors import ModelError, ModelNotTrained
from graph.item_item import count_edges, read_edges
from graph.models import ITEM_ITEM, activate, active_run, list_runs, require_active_run
from graph.similar_reasons import similar_reasons
from graph.training_data import positive_preferences
from recommend.item_item import ItemItemRecommender
from recommend.maintain import refresh_co_occurrence
from recommend.protocol import Ask, Filters
from recommend.registry import strategies
from recommend.service import RecommendationService
from recommend.settings import RecommendSettings
from tests.worlds.world import World, write_world

USERS = tuple(f"u{k:02}" for k in range(30))
ITEMS = tuple(f"i{k:02}" for k in range(25))


def random_preferences() -> dict[tuple[str, str], float]:
    """A third of all pairs, of which one in ten is a dislike."""
    random = np.random.default_rng(5)
    chosen = [pair for pair in product(USERS, ITEMS) if random.random() < 0.33]
    return {pair: -1.0 if random.random() < 0.1 else float(random.integers(1, 4)) for pair in chosen}


PREFERS = random_preferences()
WORLD = World(users=(*USERS, "newcomer"), items=(*ITEMS, "unliked"), prefers=PREFERS)
Form = Literal["walk", "ease"]


def settings(form: Form = "walk", top_k: int = 8) -> TrainingSettings:
    return TrainingSettings(item_item=ItemItemSettings(form=form, top_k=top_k, regularisation=5.0))


@dataclass(frozen=True)
class Expected:
    """What NumPy makes of the same preferences: dense scores, float64[users, items], and the weights behind them."""

    item_ids: list[str]
    weights: csr_array

    def scores(self, user: str) -> dict[str, float]:
        """Of all items that the user has no preference for."""
        liked = np.array([PREFERS.get((user, item), 0.0) > 0 for item in self.item_ids], dtype=np.float64)
        totals = liked @ self.weights.toarray().astype(np.float64)
        return {item: total for item, total in zip(self.item_ids, totals, strict=True) if (user, item) not in PREFERS}

    def ranked(self, user: str) -> list[str]:
        scores = {item: score for item, score in self.scores(user).items() if score > 1e-12}
        return sorted(scores, key=lambda item: (-scores[item], item))


@pytest.fixture
def taste(graph: Graph) -> Graph:
    write_world(graph, WORLD)
    return graph


def expected(graph: Graph, of: TrainingSettings) -> Expected:
    data = positive_preferences(graph)
    return Expected(data.item_ids, fit_item_item(data, of.item_item))


def answers(graph: Graph, first: int = 50, **caps: int) -> dict[str, list[tuple[str, float]]]:
    serving = ItemItemRecommender(graph, RecommendSettings(**caps))  # type: ignore[arg-type]  # of whole numbers
    found = serving.candidates([Ask(user, first) for user in USERS])
    return {user: [(one.item_id, one.score) for one in own] for user, own in zip(USERS, found, strict=True)}


@pytest.mark.parametrize("form", ["walk", "ease"])
def test_the_strategy_answers_as_numpy_does(taste: Graph, form: Form) -> None:
    train(taste, [ITEM_ITEM], settings(form))
    wanted = expected(taste, settings(form))
    for user, found in answers(taste).items():
        scores = wanted.scores(user)
        assert [score for _, score in found] == pytest.approx([scores[item] for item, _ in found], rel=1e-9)
        assert [item for item, _ in found] == wanted.ranked(user)


def test_the_edges_are_the_model_and_are_read_back(taste: Graph) -> None:
    (report,) = train(taste, [ITEM_ITEM], settings())
    wanted = expected(taste, settings())
    read = {
        (one.item_id, other): score
        for one in read_edges(taste, [*ITEMS, "unliked"], report.slot)
        for other, score in zip(one.ids, one.scores, strict=True)
    }
    dense = wanted.weights.toarray()
    rows, columns = dense.nonzero()
    made = {
        (wanted.item_ids[row], wanted.item_ids[column]): dense[row, column].item()
        for row, column in zip(rows, columns, strict=True)
    }
    assert read == made
    assert count_edges(taste, report.slot, report.run_id) == (len(made), len(made))
    assert max(np.bincount(rows)) <= 8


def test_a_training_is_recorded_with_what_it_lost_by_keeping_few_edges(taste: Graph) -> None:
    (report,) = train(taste, [ITEM_ITEM], TrainingSettings(item_item=ItemItemSettings(top_k=3)))
    recorded = list_runs(taste)[0]
    assert recorded.settings["form"] in ("walk", "ease")
    assert recorded.settings["top_k"] == 3
    assert {"ndcg@10", "dense_ndcg@10", "recall@10", "dense_recall@10", "popular_ndcg@10"} <= set(recorded.metrics)
    assert 0 < recorded.metrics["selection_ndcg@20"] <= 1
    assert (recorded.id, recorded.active, recorded.slot) == (report.run_id, True, "a")
    assert recorded.users == 30


def test_a_second_training_switches_slots_and_the_first_can_return(taste: Graph) -> None:
    first = train(taste, [ITEM_ITEM], settings())[0]
    with_first = answers(taste)
    second = train(taste, [ITEM_ITEM], settings("ease"))[0]
    assert (first.slot, second.slot) == ("a", "b")
    assert answers(taste) != with_first
    activate(taste, first.run_id)
    assert answers(taste) == with_first


def test_a_third_training_leaves_none_of_the_first_ones_edges(taste: Graph) -> None:
    first = train(taste, [ITEM_ITEM], settings(top_k=8))[0]
    train(taste, [ITEM_ITEM], settings())
    third = train(taste, [ITEM_ITEM], settings(top_k=2))[0]
    edges, own = count_edges(taste, third.slot, third.run_id)
    assert third.slot == first.slot
    assert edges == own <= 2 * len(ITEMS)
    with pytest.raises(ModelError, match="cannot serve"):
        activate(taste, first.run_id)


def with_a_hole(graph: Graph, run_id: str, learned: LearnedItems, *, force: bool) -> str:
    learned.weights.data[3] = np.nan
    return write_items(graph, run_id, learned, force=force)


def half_written(graph: Graph, run_id: str, learned: LearnedItems, *, force: bool) -> str:
    write_items(graph, run_id, learned, force=force)
    raise RuntimeError("the plug was pulled")


@pytest.mark.parametrize(("failing", "error"), [(with_a_hole, ModelError), (half_written, RuntimeError)])
def test_a_failed_training_leaves_what_serves(
    taste: Graph, monkeypatch: pytest.MonkeyPatch, failing: object, error: type[Exception]
) -> None:
    before = train(taste, [ITEM_ITEM], settings())[0]
    served = answers(taste)
    monkeypatch.setattr(gnn.train, "write_items", failing)
    with pytest.raises(error):
        train(taste, [ITEM_ITEM], settings("ease"))
    assert require_active_run(taste, ITEM_ITEM).id == before.run_id
    assert answers(taste) == served
    assert list_runs(taste, 1)[0].status == "failed"


def test_without_two_items_in_common_nothing_serves(graph: Graph) -> None:
    write_world(graph, World(USERS, ITEMS, prefers=dict.fromkeys(zip(USERS, ITEMS, strict=False), 1.0)))
    with pytest.raises(ModelError, match="no two items"):
        train(graph, [ITEM_ITEM], settings())
    assert active_run(graph, ITEM_ITEM) is None
    with pytest.raises(ModelNotTrained, match="edgewise train --model item-item"):
        answers(graph)
    assert ItemItemRecommender(graph, RecommendSettings()).explain([(Ask("u00"), "i00")]) == [None]


@pytest.mark.parametrize("form", ["walk", "ease"])
def test_a_reason_is_the_edge_that_carried_most(taste: Graph, form: Form) -> None:
    train(taste, [ITEM_ITEM], settings(form))
    wanted = expected(taste, settings(form))
    row_of = {item: row for row, item in enumerate(wanted.item_ids)}
    dense = wanted.weights.toarray().astype(np.float64)
    pairs = [(user, item) for user, found in answers(taste).items() for item, _ in found]
    asked = [(Ask(user), item) for user, item in pairs]
    explained = ItemItemRecommender(taste, RecommendSettings()).explain(asked)
    for (user, item), one in zip(pairs, explained, strict=True):
        assert one is not None
        parts = {known: dense[row_of[known], row_of[item]] for known in ITEMS if PREFERS.get((user, known), 0.0) > 0}
        known, edge = one.nodes[1].id, one.edges[1]
        assert edge.weight == parts[known] == max(parts.values())
        assert one.share == pytest.approx(edge.weight / sum(part for part in parts.values() if part > 0))
        assert one.edges[0].weight == PREFERS[user, known]
        assert [node.id for node in one.nodes] == [user, known, item]
        assert (one.strategy, [step.type for step in one.edges]) == (ITEM_ITEM, ["PREFERS", "SIMILAR"])


def test_shares_of_all_likes_sum_to_one(taste: Graph) -> None:
    """Taking away the like that carried most leaves the rest of the score, until none is left."""
    train(taste, [ITEM_ITEM], settings())
    serving = ItemItemRecommender(taste, RecommendSettings())
    item, score = answers(taste)["u00"][0]
    carried: list[float] = []
    while (one := serving.explain([(Ask("u00"), item)])[0]) is not None:
        assert one.share is not None
        assert one.edges[1].weight / one.share == pytest.approx(score - sum(carried))
        carried.append(one.edges[1].weight)
        forget(taste, "u00", one.nodes[1].id)
    assert sum(carried) == pytest.approx(score)
    assert len(carried) > 1


def forget(graph: Graph, user: str, item: str) -> None:
    statement = "CYPHER 25 MATCH (:User {id: $user})-[preference:PREFERS]->(:Item {id: $item}) DELETE preference"
    graph._driver.execute_query(statement, {"user": user, "item": item})


def test_no_more_likes_than_the_cap_are_followed_the_strongest_first(taste: Graph) -> None:
    train(taste, [ITEM_ITEM], settings())
    wanted = expected(taste, settings())
    dense = wanted.weights.toarray().astype(np.float64)
    for user, found in answers(taste, item_item_history_cap=2).items():
        liked = {item: weight for (own, item), weight in PREFERS.items() if own == user and weight > 0}
        strongest = sorted(liked, key=lambda item: (-liked[item], item))[:2]
        totals = sum(dense[wanted.item_ids.index(item)] for item in strongest)
        scores = dict(zip(wanted.item_ids, np.asarray(totals), strict=True))
        assert dict(found) == pytest.approx(
            {item: score for item, score in scores.items() if score > 0 and (user, item) not in PREFERS}
        )


def test_filters_keep_the_order(taste: Graph) -> None:
    train(taste, [ITEM_ITEM], settings())
    excluded: Sequence[str] = ITEMS[::2]
    everything = answers(taste)["u03"]
    serving = ItemItemRecommender(taste, RecommendSettings())
    (some,) = serving.candidates([Ask("u03", 50, Filters(exclude_ids=tuple(excluded)))])
    assert [(one.item_id, one.score) for one in some] == [pair for pair in everything if pair[0] not in excluded]
    assert some


def test_the_service_falls_back_to_it_and_names_its_run(taste: Graph) -> None:
    refresh_co_occurrence(taste, RecommendSettings(), "so that the next layer could answer too")
    (report,) = train(taste, [ITEM_ITEM], settings())
    service = RecommendationService(taste, strategies(taste, RecommendSettings()), RecommendSettings())
    wanted = [item for item, _ in answers(taste, first=3)["u01"]]
    for asked in (ITEM_ITEM, "lightgcn"):
        (answer,) = service.recommend([Ask("u01", 3)], asked)
        assert (answer.strategy, answer.layer, answer.run) == (asked, ITEM_ITEM, report.run_id)
        assert [one.item_id for one in answer.recommendations] == wanted
    (newcomer,) = service.recommend([Ask("newcomer", 3)], ITEM_ITEM)
    assert (newcomer.layer, newcomer.run, len(newcomer.recommendations)) == ("popular", None, 3)
    (reason,) = service.explain([(Ask("u01"), wanted[0], ITEM_ITEM)])
    assert reason is not None
    assert reason.strategy == ITEM_ITEM


def test_edges_of_either_slot_disturb_no_other_similarity(taste: Graph) -> None:
    settings_of_serving = RecommendSettings()
    edges = refresh_co_occurrence(taste, settings_of_serving, "before")
    pairs = [*product(ITEMS[:6], ITEMS[:6])]
    reasons = similar_reasons(taste, pairs)
    train(taste, [ITEM_ITEM], settings())
    train(taste, [ITEM_ITEM], settings("ease"))
    assert similar_reasons(taste, pairs) == reasons
    assert refresh_co_occurrence(taste, settings_of_serving, "after") == edges
    slots = {slot: count_edges(taste, slot, "")[0] for slot in ("a", "b")}
    assert min(slots.values()) > 0
    assert taste.read("export/graph_size")[0]["relationships"] == len(PREFERS) + edges
