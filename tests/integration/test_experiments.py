"""Two runs of a model that are served side by side, and keep their slots while the experiment goes on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from edgewise.main import app
from gnn.nightly.night import run_night
from gnn.nightly.settings import NightlySettings
from gnn.nightly.steps import default_steps
from gnn.settings import RunSettings
from gnn.train import train
from graph.client import Graph
from graph.errors import InputError, ModelError, SlotHeld, UnknownStrategy
from graph.experiments import Experiment, Variant, end_experiment, list_experiments, start_experiment
from graph.models import activate, active_runs, list_runs, require_active_run, start_run
from graph.run_history import roll_back
from graph.settings import Neo4jSettings, PreferenceSettings
from graph.slots import claim_slot, slot_holder
from recommend.pins import pin
from recommend.protocol import Ask
from recommend.registry import strategies
from recommend.service import RecommendationService
from recommend.settings import RecommendSettings
from tests.environment import name_server
from tests.worlds.api import running_client
from tests.worlds.quick_training import quick_training
from tests.worlds.world import World, write_world

USERS = tuple(f"u{k:02}" for k in range(24))
ITEMS = tuple(f"i{k:02}" for k in range(20))
LIKES = {(USERS[u], ITEMS[i]): 2.0 for u in range(24) for i in range(20) if u % 2 == i % 2 and (u // 2 + i // 2) % 5}
QUICK = quick_training(6).model_copy(update={"validation_last": 0, "run": RunSettings(force=True)})
ASKS = [Ask(user, 5) for user in USERS[:6]]
ANSWER = """query ($user: ID!, $strategy: String!) { recommendations(userId: $user, first: 5, strategy: $strategy) {
    strategy layer run note recommendations { strategy item { id } reasons { sentence } } } }"""


@pytest.fixture
def runs(graph: Graph) -> tuple[str, str]:
    """Two runs of lightgcn that could serve, of which the second does; they learned differently long."""
    events = tuple((user, item, f"{user}-{item}", "like", 1_700_000_000_000) for user, item in LIKES)
    write_world(graph, World(users=USERS, items=ITEMS, prefers=LIKES, events=events))
    (one,) = train(graph, ["lightgcn"], QUICK)
    (other,) = train(graph, ["lightgcn"], QUICK.model_copy(update={"seed": 99}))
    return one.run_id, other.run_id


def service(graph: Graph) -> RecommendationService:
    return RecommendationService(graph, strategies(graph, RecommendSettings()), RecommendSettings())


def compare(graph: Graph, name: str, served: dict[str, str]) -> None:
    """Start an experiment whose variants are served by runs."""
    start_experiment(graph, Experiment(name, tuple(Variant(one, run_id=run) for one, run in served.items())))


def serving(experiment: Experiment) -> dict[str, str | None]:
    return {one.name: one.run_id for one in experiment.variants}


def listed(graph: Graph, strategy: str) -> list[list[tuple[str, float]]]:
    answers = service(graph).recommend(ASKS, strategy)
    assert {answer.layer for answer in answers} == {strategy}
    return [[(one.item_id, one.score) for one in answer.recommendations] for answer in answers]


def test_both_runs_are_served_at_once_whichever_is_active(graph: Graph, runs: tuple[str, str]) -> None:
    old, new = runs
    first, second = (listed(graph, pin("lightgcn", run)) for run in runs)
    assert first != second
    assert listed(graph, "lightgcn") == second
    roll_back(graph, "lightgcn")
    assert [listed(graph, pin("lightgcn", run)) for run in runs] == [first, second]
    assert listed(graph, "lightgcn") == first
    answers = service(graph).recommend(ASKS, pin("lightgcn", new))
    assert {answer.run for answer in answers} == {new}
    reasons = [(Ask(a.user_id), one.item_id, one.strategy) for a in answers for one in a.recommendations[:2]]
    assert all(service(graph).explain(reasons))
    assert require_active_run(graph, "lightgcn").id == old


def test_every_trained_strategy_can_be_pinned(graph: Graph, runs: tuple[str, str]) -> None:
    for model in ("item-item", "hybrid"):
        (report,) = train(graph, [model], QUICK)
        before = listed(graph, model)
        train(graph, [model], QUICK.model_copy(update={"seed": 5}))
        assert listed(graph, pin(model, report.run_id)) == before
        (found,) = service(graph).recommend(ASKS[:1], pin(model, report.run_id))
        (reason,) = service(graph).explain([(Ask(found.user_id), found.recommendations[0].item_id, found.layer)])
        assert reason is not None
    with pytest.raises(UnknownStrategy, match="no run of item-item"):
        listed(graph, pin("item-item", runs[0]))


def test_over_graphql_a_strategy_names_its_run(graph: Graph, runs: tuple[str, str]) -> None:
    with running_client(graph) as client:
        for run in runs:
            found = client.ask(ANSWER, user="u01", strategy=pin("lightgcn", run))["recommendations"]
            assert (found["run"], found["layer"], found["note"]) == (run, pin("lightgcn", run), None)
            assert all(one["reasons"] for one in found["recommendations"][:2])
        refused = client.refused(ANSWER, user="u01", strategy="lightgcn@nothing")
        assert "Run nothing cannot serve" in refused["message"]
        assert refused["extensions"]["code"] == "UNKNOWN_STRATEGY"


def test_no_training_takes_a_slot_while_the_experiment_goes_on(graph: Graph, runs: tuple[str, str]) -> None:
    old, new = runs
    compare(graph, "longer", {"old": old, "new": new})
    both = [listed(graph, pin("lightgcn", run)) for run in runs]
    before = [run.id for run in list_runs(graph)]
    with pytest.raises(SlotHeld, match="edgewise experiments end longer"):
        train(graph, ["lightgcn"], QUICK)
    assert [run.id for run in list_runs(graph)] == before, "it is refused before anything is learned"
    roll_back(graph, "lightgcn")
    start_run(graph, "lightgcn", "begun-before", {}, {})
    with pytest.raises(SlotHeld):
        claim_slot(graph, "lightgcn", "begun-before", force=True)
    assert [listed(graph, pin("lightgcn", run)) for run in runs] == both
    end_experiment(graph, "longer")
    assert slot_holder(graph, "lightgcn") is None
    train(graph, ["lightgcn"], QUICK)
    (answer,) = service(graph).recommend(ASKS[:1], pin("lightgcn", old))
    assert answer.layer == pin("lightgcn", old)
    (gone,) = list_experiments(graph)
    assert serving(gone) == {"old": old, "new": new}


def test_who_asks_for_a_run_whose_slot_was_taken_gets_another_answer(graph: Graph, runs: tuple[str, str]) -> None:
    old, _ = runs
    serving = service(graph)
    (answer,) = serving.recommend(ASKS[:1], pin("lightgcn", old))
    assert answer.note is None
    train(graph, ["lightgcn"], QUICK)
    (answer,) = serving.recommend(ASKS[:1], pin("lightgcn", old))
    assert len(answer.recommendations) == 5
    assert answer.run != old
    assert answer.note is not None
    assert "cannot serve any more" in answer.note
    with pytest.raises(UnknownStrategy, match="replaced"):
        service(graph).recommend(ASKS[:1], pin("lightgcn", old))


def test_one_run_in_an_experiment_leaves_the_other_slot_to_trainings(graph: Graph, runs: tuple[str, str]) -> None:
    (report,) = train(graph, ["item-item"], QUICK)
    compare(graph, "across", {"graph": runs[1], "edges": report.run_id})
    (later,) = train(graph, ["lightgcn"], QUICK)
    assert require_active_run(graph, "lightgcn").id == later.run_id
    with pytest.raises(SlotHeld):
        train(graph, ["lightgcn"], QUICK)
    activate(graph, runs[1])
    train(graph, ["lightgcn"], QUICK)


def test_a_night_passes_over_what_is_held_and_comes_back_to_it(graph: Graph, runs: tuple[str, str]) -> None:
    compare(graph, "longer", {"old": runs[0], "new": runs[1]})
    training = QUICK.model_copy(update={"models": ("lightgcn",)})

    def told() -> tuple[str, object]:
        steps = default_steps(graph, training, RecommendSettings(), PreferenceSettings())
        night = run_night(graph, steps, NightlySettings(attempts=1), lambda: datetime(2026, 1, 1, tzinfo=UTC))
        assert night.status == "succeeded"
        (step,) = [step for step in night.steps if step.name == "train lightgcn"]
        return step.status, step.metrics.get("not trained", "")

    status, why = told()
    assert status == "succeeded"
    assert "experiment 'longer'" in str(why)
    assert told() == ("skipped", "")
    end_experiment(graph, "longer")
    assert told() == ("succeeded", "")
    assert require_active_run(graph, "lightgcn").id not in runs


def test_what_cannot_be_compared_is_refused_and_nothing_is_left(graph: Graph, runs: tuple[str, str]) -> None:
    with pytest.raises(InputError, match="2 variants or more"):
        compare(graph, "one", {"only": runs[0]})
    with pytest.raises(InputError, match="is no name"):
        compare(graph, "a b", {"old": runs[0], "new": runs[1]})
    with pytest.raises(ModelError, match="Run unknown cannot serve"):
        compare(graph, "two", {"old": runs[0], "new": "unknown"})
    assert list_experiments(graph) == []
    compare(graph, "two", {"old": runs[0], "new": runs[1]})
    with pytest.raises(InputError, match="goes on already"):
        compare(graph, "two", {"old": runs[1], "new": runs[0]})
    (found,) = list_experiments(graph)
    assert (found.name, found.ended_at, serving(found)) == ("two", None, {"old": runs[0], "new": runs[1]})
    end_experiment(graph, "two")
    with pytest.raises(InputError, match="No experiment 'two' goes on"):
        end_experiment(graph, "two")
    compare(graph, "two", {"a": runs[1], "b": runs[0]})
    (found,) = list_experiments(graph)
    assert (serving(found), found.ended_at) == ({"a": runs[1], "b": runs[0]}, None)


def test_by_the_command_line(
    graph: Graph, runs: tuple[str, str], neo4j_settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_server(neo4j_settings, monkeypatch)
    monkeypatch.setenv("COLUMNS", "200")
    runner = CliRunner()
    begun = runner.invoke(app, ["experiments", "start", "x", "--variant", f"a={runs[0]}", "--variant", f"b={runs[1]}"])
    assert begun.exit_code == 0, begun.output
    assert all(run in begun.output for run in runs)
    asked = runner.invoke(app, ["recommend", "u01", "--strategy", pin("lightgcn", runs[0])])
    assert asked.exit_code == 0, asked.output
    assert "goes on" in runner.invoke(app, ["experiments", "list"]).output
    assert "goes on" not in runner.invoke(app, ["experiments", "end", "x"]).output
    for wrong in (
        ["start", "y", "--variant", "a"],
        ["start", "y", "--variant", "a=1", "--variant", "a=2"],
        ["end", "y"],
    ):
        assert isinstance(runner.invoke(app, ["experiments", *wrong]).exception, InputError)
    assert active_runs(graph)["lightgcn"].id == runs[1]
