"""The steps of a night that foresee who leaves: learn from past moments, then score everyone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from gnn.churn.score import score_churn
from gnn.churn.train import train_churn
from gnn.nightly.step import Metrics, Step, fingerprint
from gnn.nightly.steps import facts_state
from gnn.settings import TrainingSettings
from graph.churn_features import FeatureRules
from graph.client import Graph
from graph.errors import HistoryTooShort, ModelNotTrained

Clock = Callable[[], datetime]


def churn_steps(graph: Graph, rules: FeatureRules, training: TrainingSettings, clock: Clock) -> list[Step]:
    """`train churn`, then `score churn`; a history that is too short is told, and is no failure of the night."""

    def state() -> str:
        return fingerprint(facts_state(graph), rules.churn.model_dump(mode="json"))

    return [
        Step("train churn", partial(_train, graph, rules, training, clock), state),
        Step("score churn", partial(_score, graph, rules, clock), state, ("train churn",)),
    ]


def _train(graph: Graph, rules: FeatureRules, training: TrainingSettings, clock: Clock) -> Metrics:
    try:
        report = train_churn(graph, rules, training, clock())
    except HistoryTooShort as error:
        return {"not trained": str(error)}
    told: dict[str, object] = {"run": report.run_id, **report.facts.metrics}
    return told | ({"held back": report.handover.refusal} if report.handover.refusal else {})


def _score(graph: Graph, rules: FeatureRules, clock: Clock) -> Metrics:
    try:
        done = score_churn(graph, rules, clock())
    except ModelNotTrained as error:
        return {"not scored": str(error)}
    return {"users": done.users, "mean risk": done.mean_risk}
