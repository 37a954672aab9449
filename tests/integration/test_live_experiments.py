"""Experiments on people, on a real graph: who is shown what, what is counted, and what is stopped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from edgewise.main import app
from graph.client import Graph
from graph.errors import InputError
from graph.experiments import (
    Experiment,
    Guardrail,
    Variant,
    end_experiment,
    experiment_named,
    list_experiments,
    ramp_experiment,
    start_experiment,
    stop_variant,
)
from graph.impressions import Shown, ShownItem, record_impressions
from graph.outcomes import outcomes, shown_often
from graph.settings import Neo4jSettings
from recommend.assignment import assigned
from recommend.guardrails import stop_broken
from tests.environment import name_server
from tests.worlds.api import Client, running_client, shelf
from tests.worlds.reactions import react
from tests.worlds.world import write_world

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
ASK = """query ($user: ID!, $strategy: String, $rerank: RerankInput) {
  recommendations(userId: $user, first: 3, strategy: $strategy, rerank: $rerank) {
    requestId strategy layer variants recommendations { item { id } reasons { sentence } } } }"""
LIST = """{ experiments { name rollout goesOn endedAt variants { name share strategy stoppedBecause }
  results { mismatchOdds warning variants { name people answers coverage gini novelty
    ctr { value low high } lift { value low high } } } } }"""
START = """mutation ($given: ExperimentInput!) { startExperiment(experiment: $given) { name goesOn } }"""
WAYS = Experiment("ways", (Variant("crowd", strategy="popular"), Variant("likes", strategy="co-occurrence")))
DEFAULT = "content"


@pytest.fixture
def world(graph: Graph) -> Graph:
    write_world(graph, shelf())
    return graph


@pytest.fixture
def client(world: Graph, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setenv("EDGEWISE_RECOMMEND_DEFAULT_STRATEGY", DEFAULT)
    monkeypatch.setenv("EDGEWISE_BANDIT_REFRESH_SECONDS", "0.001")
    with running_client(world) as running:
        yield running


def give(graph: Graph, request: str, user: str, variant: str, *items: str) -> None:
    listed = tuple(ShownItem(item, k, "als", 1.0) for k, item in enumerate(items or ("film-20", "film-21"), 1))
    record_impressions(graph, [Shown(request, user, "", NOW, "als", "als", listed, variants=(f"ways/{variant}",))])


def test_who_names_no_strategy_is_answered_by_their_variant(client: Client, world: Graph) -> None:
    assert client.ask(ASK, user="user-1")["recommendations"]["variants"] == []
    start_experiment(world, WAYS)
    seen = set()
    for k in range(10):
        variant = assigned(WAYS, f"user-{k}")
        assert variant is not None
        for _ in range(2):
            answer = client.ask(ASK, user=f"user-{k}")["recommendations"]
            assert (answer["layer"], answer["variants"]) == (variant.strategy, [f"ways/{variant.name}"])
            assert all(one["reasons"] for one in answer["recommendations"])
        seen.add(variant.name)
    assert seen == {"crowd", "likes"}
    named = client.ask(ASK, user="user-1", strategy="content")["recommendations"]
    assert (named["layer"], named["variants"]) == ("content", [])
    assert client.ask(ASK, user="user-1", rerank={"diversity": 0})["recommendations"]["variants"] == []
    end_experiment(world, "ways")
    assert client.ask(ASK, user="user-1")["recommendations"]["variants"] == []


def test_a_variant_may_set_weights_and_knobs(client: Client, world: Graph) -> None:
    weights = {"co-occurrence": 1.0, "content": 3.0}
    knobs = (Variant("plain"), Variant("other", weights=weights, rerank={"diversity": 0.0, "half_life_days": 0.0}))
    start_experiment(world, Experiment("knobs", knobs))
    person = next(f"user-{k}" for k in range(10) if assigned(Experiment("knobs", knobs), f"user-{k}") == knobs[1])
    given = client.ask(ASK, user=person)["recommendations"]
    asked = client.ask(
        """query ($user: ID!, $weights: [StrategyWeight!]) { recommendations(
        userId: $user, first: 3, strategy: "hybrid", weights: $weights, rerank: {diversity: 0, halfLifeDays: 0},
        track: false) { recommendations { item { id } } } }""",
        user=person,
        weights=[{"strategy": name, "weight": weight} for name, weight in weights.items()],
    )["recommendations"]
    ids = [one["item"]["id"] for one in given["recommendations"]]
    assert (given["layer"], ids) == ("hybrid", [one["item"]["id"] for one in asked["recommendations"]])


def test_experiments_that_set_different_things_go_on_beside_each_other(client: Client, world: Graph) -> None:
    start_experiment(world, WAYS)
    start_experiment(world, Experiment("order", (Variant("plain"), Variant("spread", rerank={"diversity": 0.5}))))
    start_experiment(world, Experiment("badge", (Variant("off"), Variant("on"))))
    answer = client.ask(ASK, user="user-3")["recommendations"]
    assert [one.partition("/")[0] for one in answer["variants"]] == ["badge", "order", "ways"]
    found = client.ask("""{ assignments(userId: "user-3") { experiment variant } }""")["assignments"]
    assert [f"{one['experiment']}/{one['variant']}" for one in found] == answer["variants"]
    with pytest.raises(InputError, match="'ways' goes on and sets strategy, too"):
        start_experiment(world, replace(WAYS, name="more"))


def test_only_the_groups_and_the_share_that_it_is_for_are_in_it(client: Client, world: Graph) -> None:
    start_experiment(world, replace(WAYS, groups=("20+",)))
    assert client.ask(ASK, user="user-1")["recommendations"]["variants"] == []
    end_experiment(world, "ways")
    start_experiment(world, replace(WAYS, rollout=0.0))
    assert client.ask(ASK, user="user-1")["recommendations"]["variants"] == []
    ramp_experiment(world, "ways", 1.0)
    assert client.ask(ASK, user="user-1")["recommendations"]["variants"] != []


def test_it_begins_and_ends_when_it_is_to(client: Client, world: Graph) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    start_experiment(world, replace(WAYS, starts_at=soon))
    assert client.ask(ASK, user="user-1")["recommendations"]["variants"] == []
    end_experiment(world, "ways")
    start_experiment(world, replace(WAYS, ends_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert client.ask(ASK, user="user-1")["recommendations"]["variants"] == []


def test_one_with_a_strategy_that_there_is_no_more_leaves_nobody_without_an_answer(
    client: Client, world: Graph, caplog: pytest.LogCaptureFixture
) -> None:
    start_experiment(world, replace(WAYS, variants=(*WAYS.variants, Variant("gone", strategy="lightgcn@gone"))))
    answer = client.ask(ASK, user="user-1")["recommendations"]
    assert (answer["layer"], answer["variants"], len(answer["recommendations"])) == (DEFAULT, [], 3)
    assert "the experiment ways is passed over" in caplog.text
    again = client.calls(ASK, user="user-2")
    assert caplog.text.count("is passed over") == 1, "and not told and looked up again at every request"
    assert "models/ready_run" not in again


def test_a_variant_may_be_left_to_auto(client: Client, world: Graph) -> None:
    start_experiment(world, replace(WAYS, variants=(Variant("a", strategy="auto"), Variant("b", strategy="auto"))))
    answer = client.ask(ASK, user="user-1")["recommendations"]
    assert (answer["strategy"], len(answer["variants"])) == ("auto", 1)


def test_answers_count_for_their_variant_once(world: Graph) -> None:
    start_experiment(world, WAYS)
    for k in range(3):
        give(world, f"r{k}", "user-1", "crowd")
        give(world, f"r{k}", "user-1", "crowd")
    give(world, "r9", "user-2", "likes")
    react(world, "r0")
    react(world, "r0", "enroll", "film-21")
    react(world, "r1", "dismiss")
    react(world, "r1", "skip", "film-21")
    crowd, likes = outcomes(world, "ways")
    assert (crowd.people, crowd.answers, crowd.answers2) == (1, 3, 9)
    assert (crowd.taken.total, crowd.dismissed.total) == (1, 1)
    assert crowd.rewards.total == pytest.approx(1.0)
    assert (crowd.taken.with_answers, crowd.dismissed.squares) == (3, 1)
    assert (likes.people, likes.answers, likes.taken.total) == (1, 1, 0)
    shown = shown_often(world, "ways")
    assert (shown[0].answers, shown[0].times) == (3, {"film-20": 3, "film-21": 3})


def test_results_are_told_with_what_was_shown(client: Client, world: Graph) -> None:
    start_experiment(world, WAYS)
    for k in range(8):
        give(world, f"r{k}", f"user-{k}", ("crowd", "likes")[k % 2], f"film-{k}", "film-20")
    react(world, "r1", "click", "film-1")
    (found,) = client.ask(LIST)["experiments"]
    crowd, likes = found["results"]["variants"]
    assert (found["goesOn"], found["results"]["warning"]) == (True, None)
    assert [one["people"] for one in (crowd, likes)] == [4, 4]
    assert likes["ctr"]["value"] == 0.25
    assert likes["lift"]["low"] < 0.25 < likes["lift"]["high"]
    assert likes["coverage"] == 5 / 120
    assert 0 < likes["gini"] < 1


def test_what_is_surely_worse_is_stopped_and_shown_to_nobody(client: Client, world: Graph) -> None:
    start_experiment(world, replace(WAYS, guardrails=(Guardrail("ctr"),)))
    for k in range(80):
        give(world, f"r{k}", f"fan-{k}", ("crowd", "likes")[k % 2])
        if k % 2 == 0:
            react(world, f"r{k}")
    assert set(stop_broken(world)) == {("ways", "likes")}
    assert stop_broken(world) == {}
    (experiment,) = list_experiments(world)
    assert experiment.variants[1].stopped_at is not None
    assert "ctr differs by -1" in str(experiment.variants[1].stopped_because)
    person = next(f"user-{k}" for k in range(10) if assigned(WAYS, f"user-{k}") == WAYS.variants[1])
    answer = client.ask(ASK, user=person)["recommendations"]
    assert (answer["layer"], answer["variants"]) == (DEFAULT, [])
    assert not stop_variant(world, "ways", "likes", "again")


def test_over_graphql_it_is_started_ramped_and_ended(client: Client, world: Graph) -> None:
    given = {
        "name": "ways",
        "rollout": 0.5,
        "variants": [
            {"name": "crowd", "strategy": "popular"},
            {"name": "likes", "strategy": "co-occurrence", "share": 2},
        ],
        "guardrails": [{"metric": "ctr", "worst": 0.1}],
    }
    assert client.ask(START, given=given)["startExperiment"]["goesOn"]
    kept = experiment_named(world, "ways")
    assert (kept.rollout, kept.guardrails, [one.share for one in kept.variants]) == (
        0.5,
        (Guardrail("ctr", 0.1),),
        [1, 2],
    )
    client.ask("""mutation { rampExperiment(name: "ways", rollout: 1) { rollout } }""")
    assert client.ask(ASK, user="user-1")["recommendations"]["variants"] != []
    ended = client.ask("""mutation { endExperiment(name: "ways") { goesOn endedAt } }""")["endExperiment"]
    assert (ended["goesOn"], ended["endedAt"] is None) == (False, False)
    assert client.ask(ASK, user="user-1")["recommendations"]["variants"] == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"variants": [{"name": "a"}]}, "2 variants or more"),
        ({"variants": [{"name": "a"}, {"name": "a"}]}, "one name"),
        ({"variants": [{"name": "a"}, {"name": "b", "strategy": "magic"}]}, "no strategy 'magic'"),
        ({"variants": [{"name": "a"}, {"name": "b", "share": 0}]}, "share must be above 0"),
        ({"variants": [{"name": "a"}, {"name": "b", "rerank": {"diversity": 7}}]}, "diversity is 7"),
        ({"rollout": 1.5}, "0 to 1"),
        ({"guardrails": [{"metric": "joy"}]}, "'joy' is none of them"),
        ({"interleaved": True, "guardrails": [{"metric": "ctr"}]}, "everybody sees both"),
        ({"interleaved": True, "variants": [{"name": "a"}, {"name": "b"}]}, "of which one or both set something"),
        ({"name": "a/b"}, "is no name"),
        ({"startsAt": "2026-01-02T00:00:00"}, "startsAt: has no time zone"),
        ({"startsAt": "2026-01-02T00:00:00Z", "endsAt": "2026-01-01T00:00:00Z"}, "end after it starts"),
    ],
)
def test_what_makes_no_sense_is_refused(client: Client, world: Graph, change: dict[str, object], why: str) -> None:
    given = {"name": "ways", "variants": [{"name": "a"}, {"name": "b", "strategy": "popular"}], **change}
    error = client.refused(START, given=given)
    assert error["extensions"]["code"] == "BAD_INPUT"
    assert why in error["message"]
    assert list_experiments(world) == []


def test_by_the_command_line(world: Graph, neo4j_settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    name_server(neo4j_settings, monkeypatch)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["experiments", *arguments])
        assert done.exit_code == 0, done.output or done.exception
        return done.output

    variants = [
        "--variant",
        "crowd=popular",
        "--variant",
        'likes={"weights": {"content": 2}, "rerank": {"diversity": 0.5}}',
    ]
    assert "hybrid, content 2, diversity 0.5" in run(
        "start", "ways", *variants, "--rollout", "0.1", "--guardrail", "ctr=0.2"
    )
    assert "50%" in run("ramp", "ways", "0.5")
    for k in range(6):
        give(world, f"r{k}", f"user-{k}", ("crowd", "likes")[k % 2])
    react(world, "r0")
    shown = run("show", "ways")
    assert "0.3333 (" in shown
    assert "all looks together" in shown
    assert "No guardrail is broken" in run("check")
    assert "goes on" in run("list")
    assert "goes on" not in run("end", "ways")
    for wrong in ("a", "a={nonsense", 'a={"stratgy": "popular"}'):
        refused = CliRunner().invoke(app, ["experiments", "start", "x", "--variant", wrong, "--variant", "b=popular"])
        assert isinstance(refused.exception, InputError)
