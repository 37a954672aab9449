"""The blend on a real graph: weights set and learned, activation, reasons, training, and memory beside serving."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from edgewise.main import app
from gnn.evaluation.memory_world import MemoryWorld
from gnn.evaluation.scratch_world import ScratchWorld
from gnn.evaluation.split_plan import SplitPlan
from gnn.evaluation.steps import Steps
from gnn.evaluation.world_settings import WorldSettings
from gnn.model_settings import ItemItemSettings, LightFMSettings, LightGCNSettings
from gnn.settings import BlendSettings, TrainingSettings
from gnn.train import train
from graph.blends import finish_blend
from graph.client import Graph
from graph.errors import ConfigurationError, ModelError, ModelNotTrained
from graph.event_arrays import EventArrays
from graph.facts import GraphFacts
from graph.ingest import record_events, write_items, write_users
from graph.models import BLEND, RunFacts, activate, active_runs, list_runs, start_run
from graph.records import Event, Item, User
from graph.schema import erase
from graph.settings import Neo4jSettings
from loaders.synthetic import SyntheticWorld, make_plan
from recommend.protocol import Ask, Filters, Recommender
from recommend.registry import strategies
from recommend.settings import RecommendSettings
from tests.environment import name_server
from tests.worlds.blend_weights import blend_weights
from tests.worlds.checkerboard import CUT, USERS, held_out, write_checkerboard
from tests.worlds.strategies import taught_checkerboard

SETTINGS = RecommendSettings(hybrid_weights={"lightgcn": 1.0, "co-occurrence": 1.5})
QUICK = TrainingSettings(
    seed=1,
    validation_last=0,
    lightgcn=LightGCNSettings(embedding_size=8, epochs=3),
    lightfm=LightFMSettings(embedding_size=8, epochs=3),
    blend=BlendSettings(share=0.2),
)
BLENDS = QUICK.model_copy(update={"item_item": ItemItemSettings(form="walk", top_k=5)})
"""With all its edges item-item does best alone in this world, and a blend of one compares nothing."""
WORLD = SyntheticWorld(make_plan(users=40, items={"movie": 60, "book": 40}, events=1500, seed=3))


@dataclass(frozen=True, slots=True)
class KeptFacts:
    """The facts that a graph held, in memory: see graph.facts.Facts."""

    history: EventArrays
    kept_users: list[User]
    kept_items: list[Item]
    kept_events: list[Event]

    def arrays(self) -> EventArrays:
        return self.history

    def users(self) -> Iterator[User]:
        return iter(self.kept_users)

    def items(self) -> Iterator[Item]:
        return iter(self.kept_items)

    def events(self) -> Iterator[Event]:
        return iter(self.kept_events)


@pytest.fixture(scope="module")
def taught(connected_graph: Graph) -> Graph:
    """The checkerboard with everything derived and exact factors."""
    return taught_checkerboard(connected_graph, SETTINGS)


@pytest.fixture
def synthetic(graph: Graph) -> Graph:
    write_users(graph, list(WORLD.users()))
    write_items(graph, list(WORLD.items()))
    settings = WorldSettings()
    record_events(graph, list(WORLD.events()), settings.preferences, settings.recommend.popularity)
    return graph


def learn(graph: Graph, run: str, weights: dict[str, float]) -> None:
    """A run of the blend that learned these weights, and serves."""
    start_run(graph, BLEND, run, {}, {})
    finish_blend(graph, run, weights, RunFacts(0, 10, 23, 90, 0.0, CUT, {"ndcg@20": 0.5}))
    activate(graph, run)


def hybrid(graph: Graph, settings: RecommendSettings = SETTINGS) -> Recommender:
    return strategies(graph, settings)[BLEND]


def lists(recommender: Recommender, filters: Filters = Filters()) -> list[list[str]]:  # noqa: B008 - it is frozen
    return [
        [one.item_id for one in found] for found in recommender.candidates([Ask(user, 8, filters) for user in USERS])
    ]


def test_learned_weights_win_and_switch_when_another_run_is_activated(taught: Graph) -> None:
    recommender = hybrid(taught)
    known = strategies(taught, SETTINGS)
    assert blend_weights(taught) is None
    set_lists = lists(recommender)
    assert all(
        set(found[: len(held_out(user))]) == held_out(user) for user, found in zip(USERS, set_lists, strict=True)
    )
    learn(taught, "of-edges", {"co-occurrence": 1.0})
    assert blend_weights(taught) == {"co-occurrence": 1.0}
    assert lists(recommender) == lists(known["co-occurrence"])
    learn(taught, "of-vectors", {"lightgcn": 2.0, "co-occurrence": 0.0})
    assert lists(recommender) == lists(known["lightgcn"]) != lists(known["co-occurrence"])
    activate(taught, "of-edges")
    assert lists(recommender) == lists(known["co-occurrence"])
    assert active_runs(taught)[BLEND].slot == ""
    ready = {run.id for run in list_runs(taught) if run.status == "ready"}
    assert {"of-edges", "of-vectors"} <= ready


def test_a_run_is_finished_once(taught: Graph) -> None:
    learn(taught, "finished", {"lightgcn": 1.0})
    with pytest.raises(ModelError, match="not training any more"):
        finish_blend(taught, "finished", {"content": 1.0}, RunFacts(0, 10, 23, 90, 0.0, CUT, {}))
    assert blend_weights(taught) == {"lightgcn": 1.0}


def test_both_opinions_count(taught: Graph) -> None:
    learn(taught, "of-two", {"content": 1.0, "popular": 3.0})
    both = lists(hybrid(taught))
    assert both not in (lists(strategies(taught, SETTINGS)["content"]), lists(strategies(taught, SETTINGS)["popular"]))
    # A blend need not know what weighs nothing, nor a strategy of another version.
    learn(taught, "of-three", {"content": 1.0, "popular": 3.0, "lightfm": 0.0, "oracle": 5.0})
    assert lists(hybrid(taught)) == both


def test_the_reason_is_that_of_the_component_that_carried_most(taught: Graph) -> None:
    (best,) = held_out("u00") - {"i10", "i20"} or {"i00"}
    learn(taught, "mostly-tags", {"content": 5.0, "lightgcn": 0.01})
    (told,) = hybrid(taught).explain([(Ask("u00"), best)])
    (own,) = strategies(taught, SETTINGS)["content"].explain([(Ask("u00"), best)])
    assert told is not None
    assert own is not None
    assert (told.strategy, told.sentence, told.nodes) == (BLEND, own.sentence, own.nodes)
    assert told.share is None
    learn(taught, "tags-alone", {"content": 1.0})
    (told,) = hybrid(taught).explain([(Ask("u00"), best)])
    assert told is not None
    assert told.share == own.share is not None
    assert hybrid(taught).explain([(Ask("a-stranger"), best), (Ask("u00"), "no-such-item")]) == [None, None]
    assert hybrid(taught).explain([]) == []


def test_weights_of_no_strategy_are_refused(taught: Graph) -> None:
    with pytest.raises(ConfigurationError, match="names oracle; there are"):
        hybrid(taught, RecommendSettings(hybrid_weights={"lightgcn": 1.0, "oracle": 1.0}))
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        RecommendSettings(hybrid_weights={"lightgcn": -1.0})


def test_nothing_trained_is_told(graph: Graph) -> None:
    write_checkerboard(graph)
    untrained = hybrid(graph, RecommendSettings(hybrid_weights={"lightgcn": 1.0, "lightfm": 1.0}))
    with pytest.raises(ModelNotTrained, match="None of lightgcn, lightfm has been trained"):
        untrained.candidates([Ask("u00")])
    assert untrained.explain([(Ask("u00"), "i00")]) == [None]
    with pytest.raises(ModelError, match="edgewise train --model all"):
        train(graph, [BLEND], QUICK)
    assert list_runs(graph)[0].status == "failed"


def test_a_training_learns_weights_of_what_is_trained_and_they_serve(synthetic: Graph) -> None:
    reports = train(synthetic, ["lightgcn", BLEND], QUICK)
    run = list_runs(synthetic, 1)[0]
    assert (run.model, run.active, run.slot) == (BLEND, True, None)
    assert run.settings["share"] == 0.2
    assert blend_weights(synthetic) == reports[-1].weights
    assert max(reports[-1].weights.values()) >= 1.0
    assert set(reports[-1].weights) <= {"lightgcn", "popular"}
    alone = [run.metrics[f"{name}_ndcg@20"] for name in ("lightgcn", "popular")]
    assert run.metrics["ndcg@20"] >= max(alone) > 0
    assert "lightfm_ndcg@20" not in run.metrics


def test_the_command_trains_it_and_tells_the_weights(
    synthetic: Graph, neo4j_settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_server(neo4j_settings, monkeypatch)
    monkeypatch.setenv("EDGEWISE_TRAINING_VALIDATION_LAST", "0")
    monkeypatch.setenv("COLUMNS", "200")
    options = ["--model", "all", "--epochs", "2", "--embedding-size", "4"]
    done = CliRunner().invoke(app, ["train", *options], catch_exceptions=False)
    assert done.exit_code == 0
    assert "held-out ndcg@20" in done.output.replace("\n", " ")
    assert BLEND in active_runs(synthetic)


def test_memory_and_the_serving_code_agree(synthetic: Graph) -> None:
    facts = GraphFacts(synthetic, WorldSettings().preferences)
    kept = KeptFacts(facts.arrays(), list(facts.users()), list(facts.items()), list(facts.events()))
    settings, names = WorldSettings(training=BLENDS), ["lightgcn", "item-item", BLEND]
    (fold,) = SplitPlan(share=0.4, rolling=1).folds(kept.arrays())
    erase(synthetic)
    served = ScratchWorld(synthetic, kept, settings, Steps()).recommend(fold, names, 10)
    ranked = MemoryWorld(kept, settings, Steps()).recommend(fold, names, 10)
    weights = blend_weights(synthetic)
    assert weights is not None
    assert len(weights) > 1
    assert "item-item" in weights
    for one, other in zip(served, ranked, strict=True):
        assert one.recommended.ranked.tolist() == other.recommended.ranked.tolist(), one.recommended.strategy
        assert (one.own, one.given) == (other.own, other.given)
    assert len({str(one.recommended.ranked) for one in served}) == len(names)
