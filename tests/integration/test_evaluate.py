"""Evaluation through the code that serves: nothing of the future is in its graph, and memory gives the same lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import pytest

from gnn.evaluation.evaluate import evaluate
from gnn.evaluation.folds import Fold, pair_numbers
from gnn.evaluation.in_memory import popularity
from gnn.evaluation.memory_world import MemoryWorld
from gnn.evaluation.plan import EvaluationPlan
from gnn.evaluation.scratch_world import ScratchWorld
from gnn.evaluation.split_plan import SplitPlan
from gnn.evaluation.steps import Step, Steps
from gnn.evaluation.world_settings import WorldSettings
from gnn.model_settings import LightFMSettings, LightGCNSettings
from gnn.settings import TrainingSettings
from graph.client import Graph
from graph.event_batch import milliseconds
from graph.facts import GraphFacts
from graph.ingest import record_events, write_items, write_users
from graph.records import Event, Item, User
from graph.schema import erase
from graph.scratch import PREFIX, scratch_graph
from graph.statistics import counts, moment
from graph.training_data import PreferenceArrays, positive_preferences
from loaders.synthetic import SyntheticWorld, make_plan
from recommend.registry import strategies
from tests.worlds.derived import read_derived

QUICK = WorldSettings(
    training=TrainingSettings(
        seed=1,
        validation_last=0,
        lightgcn=LightGCNSettings(embedding_size=8, epochs=3),
        lightfm=LightFMSettings(embedding_size=8, epochs=3, profile_least_users=2),
    )
)
WORLD = SyntheticWorld(make_plan(users=40, items={"movie": 60, "book": 40}, events=1500, seed=3))
OBSCURE = "obscure"
"""It has been there all along, and nobody has met it."""
COUNTRIES = ("NL", "DE", "JP")


class Finished(Exception):
    """Ends the scratch graph as an error would."""


@pytest.fixture(scope="module")
def shared_scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """One scratch graph for all tests; an error ends it, after which nothing may be left of it."""
    folder = tmp_path_factory.mktemp("scratch")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(folder))
        patch.setenv("EDGEWISE_EMBEDDED_HEAP_MB", "512")
        patch.setenv("EDGEWISE_EMBEDDED_PAGE_CACHE_MB", "64")
        patch.setenv("EDGEWISE_EMBEDDED_START_TIMEOUT", "240")
        with pytest.raises(Finished), scratch_graph() as graph:  # noqa: PT012 - what lies between are the tests
            assert len(running_below(folder)) == 1
            yield graph
            raise Finished
    assert list(folder.glob(f"{PREFIX}*")) == []
    assert not running_below(folder)


@pytest.fixture
def scratch(shared_scratch: Graph) -> Graph:
    erase(shared_scratch)
    return shared_scratch


@pytest.fixture
def facts(graph: Graph) -> GraphFacts:
    """A synthetic world whose users have a profile; some come late, and one item does."""
    write_users(graph, list(WORLD.users()))
    write_users(graph, [User(f"user-{k}", properties={"country": COUNTRIES[k % 3]}) for k in range(1, 41)])
    write_items(graph, [*WORLD.items(), Item(OBSCURE, "movie", created_at=WORLD.plan.start)])
    record_events(graph, list(WORLD.events()), QUICK.preferences, QUICK.recommend.popularity)
    late = max(event.at for event in WORLD.events())
    write_items(graph, [Item("late", "book", "Late", created_at=late)])
    like(graph, "user-1", "late", late)
    return GraphFacts(graph, QUICK.preferences)


def running_below(folder: Path) -> list[int]:
    """Processes of servers with a data folder there."""
    found = psutil.process_iter(["pid", "cmdline"])
    return [one.pid for one in found if any(str(folder / PREFIX) in part for part in one.info["cmdline"] or [])]


def like(graph: Graph, user: str, item: str, at: datetime) -> None:
    event = Event(f"{user} likes {item} at {at}", user, item, "like", at)
    record_events(graph, [event], QUICK.preferences, QUICK.recommend.popularity, create_users=True)


def lists(facts: GraphFacts, fold: Fold, scratch: Graph, names: list[str]) -> dict[tuple[str, str], list[str]]:
    """What the scratch world recommends, by strategy and user."""
    erase(scratch)
    asked = ScratchWorld(scratch, facts, QUICK, Steps()).recommend(fold, names, 10)
    return {
        (one.recommended.strategy, fold.history.user_ids[row]): [fold.history.item_ids[item] for item in ranked]
        for one in asked
        for row, ranked in zip(one.recommended.rows.tolist(), one.recommended.ranked.tolist(), strict=True)
    }


def test_a_scratch_graph_holds_what_was_before_the_cut_and_nothing_else(facts: GraphFacts, scratch: Graph) -> None:
    world = ScratchWorld(scratch, facts, QUICK, Steps())
    folds = SplitPlan(share=0.5, rolling=2).folds(facts.arrays())
    assert len(folds) == 2
    for fold in folds:
        assert fold.cut is not None
        world.recommend(fold, ["popular"], 10)
        before = {event.event_id: event for event in facts.events() if milliseconds(event.at) < fold.cut}
        there = GraphFacts(scratch, QUICK.preferences)
        assert {event.event_id: event for event in there.events()} == before
        met = {event.user_id for event in before.values()}
        users = {user.id for user in facts.users() if user.id in met or milliseconds(created(user)) < fold.cut}
        assert {user.id for user in there.users()} == users
        assert 0 < len(users) < 40
        assert {item.id: item for item in there.items()} == {
            item.id: item for item in facts.items() if milliseconds(created(item)) < fold.cut
        }
        assert counts(scratch).events == len(before) == fold.kept.sum()
        derived_only_from(before, fold, scratch)


def created(thing: User | Item) -> datetime:
    assert thing.created_at is not None
    return thing.created_at


def weights_of(data: PreferenceArrays) -> dict[tuple[str, str], float]:
    rows = zip(data.users.tolist(), data.items.tolist(), data.weights.tolist(), strict=True)
    return {(data.user_ids[user], data.item_ids[item]): weight for user, item, weight in rows}


def derived_only_from(before: dict[str, Event], fold: Fold, scratch: Graph) -> None:
    """Preferences and popularity are those of the events before the cut, however computed."""
    pairs = {(event.user_id, event.item_id) for event in before.values()}
    derived = read_derived(scratch)
    assert set(derived) == pairs
    assert counts(scratch).preferences == len(pairs)
    assert weights_of(positive_preferences(scratch)) == pytest.approx(weights_of(fold.split.train))
    by_item = dict(zip(fold.history.item_ids, popularity(fold, QUICK.recommend.half_life_millis), strict=True))
    assert {item: pair.popularity for (_, item), pair in derived.items()} == pytest.approx(
        {item: by_item[item] for _, item in derived}
    )


def test_what_happens_after_the_cut_changes_no_answer(facts: GraphFacts, graph: Graph, scratch: Graph) -> None:
    names = list(strategies(scratch, QUICK.recommend))
    (fold,) = SplitPlan(share=0.2, rolling=1).folds(facts.arrays())
    assert fold.cut is not None
    before = lists(facts, fold, scratch, names)
    for k in range(1, 41):
        like(graph, f"user-{k}", OBSCURE, moment(fold.cut) + timedelta(minutes=k))
        like(graph, f"newcomer-{k}", OBSCURE, moment(fold.cut))
    poisoned = SplitPlan(cut=moment(fold.cut)).folds(facts.arrays())[0]
    after = lists(facts, poisoned, scratch, names)
    assert {key: after[key] for key in before} == before
    assert not any(OBSCURE in found for (strategy, _), found in before.items() if strategy == "popular")
    # The same events are known a little later, and then they do change answers.
    informed = SplitPlan(cut=moment(fold.cut) + timedelta(minutes=20)).folds(facts.arrays())[0]
    later = lists(facts, informed, scratch, ["popular"])
    not_yet = {f"user-{k}" for k in range(20, 41)}.intersection(user for _, user in later)
    assert not_yet
    assert all(OBSCURE in later["popular", user] for user in not_yet)


def test_memory_and_the_serving_code_agree(facts: GraphFacts, scratch: Graph) -> None:
    steps = Steps()
    in_scratch, in_memory = ScratchWorld(scratch, facts, QUICK, steps), MemoryWorld(facts, QUICK, steps)
    names = ["popular", "lightgcn", "lightfm"]
    for fold in SplitPlan(share=0.4, rolling=2).folds(facts.arrays()):
        served, ranked = in_scratch.recommend(fold, names, 10), in_memory.recommend(fold, names, 10)
        for one, other in zip(served, ranked, strict=True):
            assert one.recommended.ranked.tolist() == other.recommended.ranked.tolist(), one.recommended.strategy
            assert (one.own, one.given) == (other.own, other.given)
            assert one.recommended.auc is None
            assert other.recommended.auc is not None
        assert len({str(one.recommended.ranked) for one in ranked}) == len(names)


def test_pairs_that_are_held_out_are_not_loaded(facts: GraphFacts, scratch: Graph) -> None:
    (fold,) = SplitPlan("leave-last", last=2).folds(facts.arrays())
    held = {(fold.history.user_ids[k // 102], fold.history.item_ids[k % 102]) for k in pair_numbers(fold.split.test)}
    found = lists(facts, fold, scratch, ["popular"])
    pairs = {(event.user_id, event.item_id) for event in facts.events()}
    assert set(read_derived(scratch)) == pairs - held
    assert len(held) == len(fold.split.test) > 40
    assert len(found) == len({user for user, _ in held})


def test_all_of_an_evaluation_in_memory_is_told_and_timed(facts: GraphFacts) -> None:
    told: list[Step] = []
    plan = EvaluationPlan(SplitPlan(rolling=2), ("lightfm", "popular"), (5, 10), in_memory=True, settings=QUICK)
    evaluated = evaluate(facts, plan, Steps(told.append))
    result = evaluated.evaluation
    assert [row.strategy for row in result.strategies] == ["lightfm", "popular"]
    assert (result.baseline, result.top_ks, len(result.splits), len(evaluated.cuts)) == ("popular", (5, 10), 2, 2)
    assert result.conditions.asked == "vectors in memory"
    assert [choice.strategy for choice in result.choices] == ["lightfm"]
    assert result.strategy("popular").estimate("diversity@5").value is not None
    assert {step.name for step in told} == set(evaluated.seconds)
    folds = {step.fold for step in told if step.name == "train lightfm"}
    assert len(folds) == 2
    assert max(step.done for step in told if step.name == "train lightfm") == 3
