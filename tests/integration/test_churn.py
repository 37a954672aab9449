"""Churn on a real graph: features that know nothing of the future, a model better than none, scores that last."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit
from typer.testing import CliRunner

from edgewise.main import app
from gnn.churn.classifier import ChurnClassifier
from gnn.churn.score import score_churn
from gnn.churn.train import ChurnReport, train_churn
from gnn.nightly.churn_steps import churn_steps
from gnn.settings import TrainingSettings
from graph.catalog import items_by_id, users_by_id
from graph.churn import churn_scores, level_counts, riskiest, serving_classifier, standings, write_retention
from graph.churn_features import FeatureRules
from graph.client import Graph
from graph.errors import HistoryTooShort, ModelNotTrained
from graph.ingest import write_items
from graph.item_catalogue import all_items, changed_items
from graph.models import CHURN, active_run, list_runs
from graph.records import Event, Item
from graph.run_history import tidy
from graph.schema import erase, migrate
from graph.settings import FeedbackSettings, Neo4jSettings, PreferenceSettings
from graph.user_states import user_states
from tests.environment import name_server
from tests.worlds.api import Client, running_client
from tests.worlds.leavers import BEGIN, DAYS, RULES, write_leavers
from tests.worlds.telling import tell

RULES_OF_FEATURES = FeatureRules(RULES, PreferenceSettings(), FeedbackSettings())
NOW = BEGIN + timedelta(days=DAYS)


@pytest.fixture(scope="module")
def taught(connected_graph: Graph) -> tuple[Graph, ChurnReport]:
    """A world whose rule of leaving is known, with a model that serves; tests that read share it."""
    erase(connected_graph)
    migrate(connected_graph)
    write_leavers(connected_graph)
    report = train_churn(connected_graph, RULES_OF_FEATURES, TrainingSettings(), NOW)
    score_churn(connected_graph, RULES_OF_FEATURES, NOW)
    return connected_graph, report


def test_the_model_tells_who_leaves_better_than_recency_does(taught: tuple[Graph, ChurnReport]) -> None:
    graph, report = taught
    metrics = report.facts.metrics
    assert metrics["auroc"] > metrics["recency_auroc"] + 0.01
    assert metrics["auroc"] > 0.75
    assert metrics["brier"] < metrics["base_rate"] * (1 - metrics["base_rate"])
    assert metrics["lift"] > 1.3
    run = active_run(graph, CHURN)
    assert run is not None
    assert run.id == report.run_id


def test_every_score_is_the_sum_of_what_moved_it(taught: tuple[Graph, ChurnReport]) -> None:
    graph, report = taught
    users = [user for user, _ in riskiest(graph, 50)]
    classifier = ChurnClassifier.from_text(serving_classifier(graph, RULES).text)
    found = churn_scores(graph, users)
    assert len(users) == len(found) == 50
    for user in users:
        (score,) = found[user]
        assert score.run == report.run_id
        assert score.risk == pytest.approx(expit(classifier.base + sum(score.contributions.values())))
        assert tuple(score.values) == tuple(score.contributions) == classifier.names


def test_items_know_who_stays_and_users_their_risk_while_serving(taught: tuple[Graph, ChurnReport]) -> None:
    """Fans turn to items 0 to 9 and stay; others to 5 to 14, and leave."""
    graph, _ = taught
    shares = {one.id: one.numbers["retention"] for one in all_items(graph)}
    assert max(shares[f"item-{k}"] for k in range(10, 15)) < min(shares[f"item-{k}"] for k in range(5))
    ((user, risk),) = riskiest(graph, 1)
    assert user_states(graph, [user], [])[user].risk == risk
    assert user_states(graph, ["nobody"], [])["nobody"].risk is None


def test_what_churn_derives_is_no_property_that_somebody_gave(taught: tuple[Graph, ChurnReport]) -> None:
    graph, _ = taught
    ((user, _risk),) = riskiest(graph, 1)
    assert users_by_id(graph, [user])[user].properties == {}
    assert items_by_id(graph, ["item-1"])["item-1"].properties == {}


def test_the_riskiest_come_first_page_by_page(taught: tuple[Graph, ChurnReport]) -> None:
    graph, _ = taught
    everyone = riskiest(graph, 1_000)
    assert everyone == sorted(everyone, key=lambda one: (-one[1], one[0]))
    paged = riskiest(graph, 7)
    while page := riskiest(graph, 7, after=(paged[-1][1], paged[-1][0])):
        paged += page
    assert paged == everyone
    counts = level_counts(graph, [0.0, 0.3, 0.6])
    assert sum(counts) == len(everyone)
    assert counts[1] == len(riskiest(graph, 1_000, at_least=0.3, below=0.6))


def client_of(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setenv("EDGEWISE_CHURN_WINDOW_DAYS", "28")
    with running_client(graph) as running:
        yield running


@pytest.fixture
def client(taught: tuple[Graph, ChurnReport], monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    yield from client_of(taught[0], monkeypatch)


RISK = """query ($user: ID!) { churnRisk(userId: $user) { status message history { risk }
  latest { risk level asOf run reasons(first: 3) { feature sentence contribution } features { name value } } } }"""
RISKS = """query ($level: ChurnLevel, $after: String) { churnRisks(level: $level, first: 20, after: $after) {
  users { userId risk level churnRisk { status } } endCursor hasNextPage } }"""


def test_a_risk_comes_with_its_reasons(client: Client, taught: tuple[Graph, ChurnReport]) -> None:
    graph, report = taught
    ((user, risk),) = riskiest(graph, 1)
    found = client.ask(RISK, user=user)["churnRisk"]
    latest = found["latest"]
    assert (found["status"], latest["risk"], latest["run"]) == ("SCORED", risk, report.run_id)
    assert latest["level"] == ("CRITICAL" if risk >= 0.8 else "HIGH")
    assert found["history"] == [{"risk": risk}]
    sizes = [abs(one["contribution"]) for one in latest["reasons"]]
    assert sizes == sorted(sizes, reverse=True)
    assert all(("raises" in one["sentence"]) == (one["contribution"] > 0) for one in latest["reasons"])
    assert len(latest["features"]) == len(report.classifier.names)
    assert client.ask("query ($user: ID!) { user(id: $user) { churnRisk { status } } }", user=user)["user"] == {
        "churnRisk": {"status": "SCORED"}
    }


def test_everyone_at_a_level_is_found_page_by_page(client: Client, taught: tuple[Graph, ChurnReport]) -> None:
    expected = riskiest(taught[0], 1_000, at_least=0.6, below=0.8)
    found: list[dict[str, object]] = []
    after = None
    while True:
        page = client.ask(RISKS, level="HIGH", after=after)["churnRisks"]
        found += page["users"]
        after = page["endCursor"]
        if not page["hasNextPage"]:
            break
    assert [(one["userId"], one["risk"]) for one in found] == expected
    assert {one["level"] for one in found} == {"HIGH"}


def test_a_page_costs_as_many_database_calls_for_20_as_for_1(client: Client) -> None:
    of_one = client.calls(RISKS.replace("20", "1"), level=None)
    assert client.calls(RISKS, level=None) == of_one
    assert of_one == ["churn/churn_page", "churn/churn_standing", "churn/scores_of_users"]


@pytest.mark.parametrize("cursor", ["", "nonsense", "WzFd", "bnVsbA=="])
def test_a_cursor_of_another_list_is_refused(client: Client, cursor: str) -> None:
    refused = client.refused(RISKS, after=cursor)
    assert refused["extensions"]["code"] == "BAD_INPUT"
    assert "endCursor" in refused["message"]


def test_the_settings_of_the_run_are_those_it_is_asked_by(taught: tuple[Graph, ChurnReport]) -> None:
    other = RULES.model_copy(update={"window_days": 7.0, "horizon_days": 3.0, "high": 0.5})
    found = serving_classifier(taught[0], other).settings
    assert (found.window_days, found.horizon_days, found.passive, found.high) == (28.0, 14.0, RULES.passive, 0.5)
    assert json.loads(serving_classifier(taught[0], other).text)["names"] == list(taught[1].classifier.names)


def test_the_commands(
    taught: tuple[Graph, ChurnReport],
    neo4j_settings: Neo4jSettings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    name_server(neo4j_settings, monkeypatch)
    for name, value in (
        ("HORIZON_DAYS", 14),
        ("WINDOW_DAYS", 28),
        ("STEP_DAYS", 7),
        ("MOST_CUTS", 6),
        ("JUDGED_CUTS", 1),
    ):
        monkeypatch.setenv(f"EDGEWISE_CHURN_{name}", str(value))
    monkeypatch.setenv("COLUMNS", "160")
    runner, page = CliRunner(), tmp_path / "churn.html"
    trained = runner.invoke(app, ["churn", "train"])
    assert trained.exit_code == 0, trained.output
    assert all(word in trained.output for word in ("trees", "logistic", "recency", "serves"))
    scored = runner.invoke(app, ["churn", "score"])
    assert "users scored as of" in scored.output
    ((user, risk),) = riskiest(taught[0], 1)
    shown = runner.invoke(app, ["churn", "show", "--first", "1"])
    assert user in shown.output
    assert f"{risk:.3f}" in shown.output
    told = runner.invoke(app, ["churn", "report", "--out", str(page)])
    assert told.exit_code == 0, told.output
    text = page.read_text(encoding="utf-8")
    assert text.count("<svg") == 3
    assert "<script" not in text


def test_who_cannot_be_judged_is_told_why(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(UTC)
    write_items(graph, [Item("a")])
    events = [("once", 1.0), ("gone", 40.0), ("gone", 41.0), ("here", 1.0), ("here", 2.0)]
    tell(
        graph, *(Event(f"e{k}", user, "a", "view", now - timedelta(days=days)) for k, (user, days) in enumerate(events))
    )
    for running in client_of(graph, monkeypatch):
        told = {user: running.ask(RISK, user=user)["churnRisk"] for user in ("once", "gone", "here", "nobody")}
    assert told.pop("nobody") is None
    assert {user: one["status"] for user, one in told.items()} == {
        "once": "TOO_LITTLE_HISTORY",
        "gone": "GONE",
        "here": "NOT_SCORED",
    }
    assert all(one["latest"] is None and one["message"] for one in told.values())


def test_scoring_again_replaces_and_later_scores_are_history(graph: Graph) -> None:
    write_leavers(graph)
    train_churn(graph, RULES_OF_FEATURES, TrainingSettings(), NOW)
    rules = replace(RULES_OF_FEATURES, churn=RULES.model_copy(update={"keep_scores": 2}))
    early = NOW - timedelta(days=40)
    for moment in (early, early, early + timedelta(days=10)):
        score_churn(graph, rules, moment)
    user = next(user for user, _ in riskiest(graph, 1_000) if len(churn_scores(graph, [user], 9)[user]) > 1)
    newest, older = churn_scores(graph, [user], 9)[user]
    assert newest.as_of - older.as_of > timedelta(days=9)
    done = score_churn(graph, rules, NOW)
    assert done.users == len(riskiest(graph, 1_000))
    judged = {user for user, _ in riskiest(graph, 1_000)}
    dropped = {
        one.user_id for scores in churn_scores(graph, [f"user-{k}" for k in range(200)]).values() for one in scores
    }
    assert dropped - judged, "nobody was scored before and is not any more"
    assert all(one.risk is None for one in standings(graph, sorted(dropped - judged), RULES).values())
    assert len(churn_scores(graph, [user], 9)[user]) <= 2


def test_a_run_is_kept_while_scores_name_its_features(graph: Graph) -> None:
    write_leavers(graph)
    first = train_churn(graph, RULES_OF_FEATURES, TrainingSettings(), NOW)
    score_churn(graph, RULES_OF_FEATURES, NOW)
    settings = TrainingSettings(keep_runs=1)
    others = [train_churn(graph, RULES_OF_FEATURES, settings, NOW).run_id for _ in range(2)]
    tidy(graph, CHURN, 0)
    assert {run.id for run in list_runs(graph)} == {first.run_id, others[-1]}
    ((user, _),) = riskiest(graph, 1)
    assert churn_scores(graph, [user])[user][0].run == first.run_id


def test_a_model_that_knows_no_more_than_recency_is_held_back(graph: Graph) -> None:
    """Whose leaving is drawn by lot has no model; what serves is what served."""
    write_items(graph, [Item("a")])
    random = np.random.default_rng(3)
    events = [(user, day) for user in range(150) for day in range(100) if random.random() < 0.05]
    tell(
        graph,
        *(
            Event(f"e{k}", f"user-{user:03}", "a", "view", BEGIN + timedelta(days=day, seconds=user))
            for k, (user, day) in enumerate(events)
        ),
    )
    report = train_churn(graph, RULES_OF_FEATURES, TrainingSettings(), BEGIN + timedelta(days=100))
    if report.facts.metrics["auroc"] <= report.facts.metrics["recency_auroc"]:
        assert "recency alone" in (report.handover.refusal or "")
        assert active_run(graph, CHURN) is None
    else:
        assert report.facts.metrics["auroc"] < 0.6


def test_a_short_history_is_refused_and_no_failure_of_a_night(graph: Graph) -> None:
    with pytest.raises(HistoryTooShort, match="EDGEWISE_CHURN_HORIZON_DAYS"):
        train_churn(graph, RULES_OF_FEATURES, TrainingSettings(), NOW)
    with pytest.raises(ModelNotTrained, match="edgewise churn train"):
        score_churn(graph, RULES_OF_FEATURES, NOW)
    told = [dict(step.run()) for step in churn_steps(graph, RULES_OF_FEATURES, TrainingSettings(), lambda: NOW)]
    assert [list(one) for one in told] == [["not trained"], ["not scored"]]
    assert [run.status for run in list_runs(graph)] == ["failed", "failed"]


def test_items_that_nobody_turns_to_any_more_lose_their_share(graph: Graph) -> None:
    write_items(graph, [Item("a"), Item("b")])
    assert write_retention(graph, {"a": 0.5, "b": 0.25, "gone": 1.0}) == 2
    reader = next(iter(graph.read("changes/serving_state")))["version"]
    assert write_retention(graph, {"b": 0.75}) == 1
    changed = {one.id: one.numbers for one in changed_items(graph, reader)}
    assert changed == {"a": {}, "b": {"retention": 0.75}}
