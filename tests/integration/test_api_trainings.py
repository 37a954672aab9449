"""Trainings and nights as admins ask for them."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from edgewise.nightly_commands import answer_request
from gnn.model_settings import ALSSettings, LightGCNSettings
from gnn.nightly.night import run_night
from gnn.nightly.settings import NightlySettings
from gnn.nightly.step import Step
from gnn.settings import TrainingSettings
from gnn.train import train
from graph.client import Graph
from graph.evaluations import list_evaluations
from graph.ingest import record_events
from graph.records import Event
from graph.settings import Neo4jSettings, PopularitySettings, PreferenceSettings
from tests.environment import name_server
from tests.worlds.api import running_client
from tests.worlds.leavers import write_leavers
from tests.worlds.parity import ITEMS, LIKES, USERS
from tests.worlds.world import World, write_world

RUNS = """{ trainingRuns(first: 5) { id model status serves ageSeconds seconds embeddingSize users items
    indexedItems preferences metrics { name value } settings versions heldBack error } }"""
NIGHTS = "{ nights(first: 2) { id status createdAt finishedAt steps { name status seconds attempts told error } } }"
TRAIN = "mutation ($models: [String!]!) { train(models: $models) }"
EVALUATE = "mutation ($strategies: [String!]!) { evaluate(strategies: $strategies) }"
TWO = datetime(2026, 11, 25, 2, tzinfo=UTC)


@pytest.fixture
def taste(graph: Graph) -> Graph:
    write_world(graph, World(users=USERS, items=ITEMS))
    events = [Event(f"{user}-{item}", user, item, "like", TWO) for user, item in LIKES]
    record_events(graph, events, PreferenceSettings(), PopularitySettings())
    return graph


def test_an_admin_sees_every_training_and_which_serves(taste: Graph) -> None:
    settings = TrainingSettings(most_lost=1.0, lightgcn=LightGCNSettings(embedding_size=8, epochs=2))
    first, second = (train(taste, ["lightgcn"], settings)[0] for _ in range(2))
    with running_client(taste) as client:
        found = client.ask(RUNS)["trainingRuns"]
        assert sorted(client.calls(RUNS)) == ["models/indexed_items", "models/list_runs"]
    assert [(run["id"], run["serves"], run["status"]) for run in found] == [
        (second.run_id, True, "ready"),
        (first.run_id, False, "ready"),
    ]
    newest = found[0]
    assert (newest["model"], newest["embeddingSize"], newest["users"], newest["items"]) == ("lightgcn", 8, 12, 10)
    assert {metric["name"]: metric["value"] for metric in newest["metrics"]} == dict(second.facts.metrics)
    assert json.loads(newest["settings"])["epochs"] == 2
    assert "torch" in json.loads(newest["versions"])
    assert (newest["heldBack"], newest["error"]) == (None, None)
    assert newest["ageSeconds"] >= 0


def test_an_admin_sees_how_the_nights_went(graph: Graph) -> None:
    def fail() -> dict[str, object]:
        raise RuntimeError("no more room")

    steps = [Step("good", lambda: {"edges": 3}, lambda: "one"), Step("bad", fail, lambda: "one", ("good",))]
    job = run_night(graph, steps, NightlySettings(attempts=1), lambda: TWO)
    with running_client(graph) as client:
        (night,) = client.ask(NIGHTS)["nights"]
    assert (night["id"], night["status"], night["createdAt"]) == (job.run_id, "failed", "2026-11-25T02:00:00+00:00")
    good, bad = night["steps"]
    assert (good["status"], json.loads(good["told"]), good["error"]) == ("succeeded", {"edges": 3}, None)
    assert (bad["status"], bad["error"]) == ("failed", "RuntimeError: no more room")


def test_an_admin_asks_for_a_training_and_whoever_trains_takes_it(
    taste: Graph, neo4j_settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_server(neo4j_settings, monkeypatch)
    nightly, console = NightlySettings(attempts=1), Console(file=io.StringIO())
    with running_client(taste) as client:
        assert answer_request(nightly, console) is None
        asked = client.ask(TRAIN, models=["item-item"])["train"]
        assert client.ask(TRAIN, models=["item-item"])["train"] == asked
        (waiting,) = client.ask(NIGHTS)["nights"]
        assert (waiting["id"], waiting["status"], waiting["steps"]) == (asked, "waiting", [])
        answer_request(nightly, console)
        (night,) = client.ask(NIGHTS)["nights"]
        assert (night["id"], night["status"]) == (asked, "succeeded")
        assert [step["name"] for step in night["steps"]] == ["preferences", "refresh", "train item-item"]
        assert [run["model"] for run in client.ask(RUNS)["trainingRuns"]] == ["item-item"]
        assert answer_request(nightly, console) is None
        error = client.refused(TRAIN, models=["item-item", "svd"])
        assert error["extensions"]["code"] == "BAD_INPUT"
        assert "There is no model svd" in error["message"]
        assert client.refused(TRAIN, models=[])["extensions"]["code"] == "BAD_INPUT"


def test_an_admin_asks_for_an_evaluation_and_for_new_indexes(
    graph: Graph, neo4j_settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_server(neo4j_settings, monkeypatch)
    write_world(graph, World(users=USERS, items=ITEMS))
    by_item = sorted(LIKES, key=lambda pair: pair[::-1])
    events = [
        Event(f"{user}-{item}", user, item, "like", TWO + timedelta(hours=k)) for k, (user, item) in enumerate(by_item)
    ]
    record_events(graph, events, PreferenceSettings(), PopularitySettings())
    train(graph, ["als"], TrainingSettings(als=ALSSettings(embedding_size=4)))
    nightly, console = NightlySettings(attempts=1), Console(file=io.StringIO())
    with running_client(graph) as client:
        (run,) = client.ask(RUNS)["trainingRuns"]
        assert (run["model"], run["indexedItems"]) == ("als", 10)
        asked = client.ask(EVALUATE, strategies=["als", "popular"])["evaluate"]
        indexes = client.ask("mutation { reindex }")["reindex"]
        answer_request(nightly, console)
        answer_request(nightly, console)
        assert answer_request(nightly, console) is None
        made, judged = client.ask(NIGHTS)["nights"]
        assert (judged["id"], judged["status"], made["id"], made["status"]) == (
            asked,
            "succeeded",
            indexes,
            "succeeded",
        )
        (evaluation,) = list_evaluations(graph)
        told = json.loads(judged["steps"][0]["told"])
        assert told["evaluation"] == evaluation.id
        assert set(told) == {"evaluation", "als ndcg@10", "popular ndcg@10"}
        assert evaluation.facts.strategies == ("als", "popular")
        assert json.loads(made["steps"][0]["told"]) == {"item_als_a items": 10}
        assert "There is no strategy luck" in client.refused(EVALUATE, strategies=["luck"])["message"]
        assert client.refused(EVALUATE, strategies=[])["extensions"]["code"] == "BAD_INPUT"


def test_an_admin_asks_for_churn_and_whoever_trains_learns_it(
    graph: Graph, neo4j_settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_server(neo4j_settings, monkeypatch)
    for name, value in (("HORIZON_DAYS", 14), ("WINDOW_DAYS", 28), ("STEP_DAYS", 7), ("MOST_CUTS", 6)):
        monkeypatch.setenv(f"EDGEWISE_CHURN_{name}", str(value))
    write_leavers(graph, users=150)
    with running_client(graph) as client:
        asked = client.ask("mutation { predictChurn }")["predictChurn"]
        answer_request(NightlySettings(attempts=1), Console(file=io.StringIO()))
        (night,) = client.ask(NIGHTS)["nights"]
        assert (night["id"], night["status"]) == (asked, "succeeded")
        assert [step["name"] for step in night["steps"]] == ["train churn", "score churn"]
        (worst,) = client.ask("{ churnRisks(first: 1) { users { risk } } }")["churnRisks"]["users"]
        assert 0 < worst["risk"] < 1


@pytest.mark.parametrize(
    "query",
    [
        RUNS,
        NIGHTS,
        'mutation { train(models: ["lightgcn"]) }',
        'mutation { evaluate(strategies: ["als"]) }',
        "mutation { reindex }",
        "mutation { predictChurn }",
        "{ churnRisks { endCursor } }",
        "{ retention { week } }",
        "{ interactions { endCursor } }",
        '{ statistics(from: "2026-01-01", to: "2026-01-02") { endCursor } }',
    ],
)
def test_others_may_not(graph: Graph, query: str) -> None:
    with running_client(graph, acting_user="ann") as client:
        error = client.refused(query)
        assert client.calls("{ me { id } }") == []
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert "Only admins" in error["message"]
