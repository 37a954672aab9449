"""Scores everyone who is active now by the churn model that serves, and keeps what each score was made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gnn.churn.classifier import ChurnClassifier
from gnn.churn.table import FeatureTable, feature_table
from gnn.learn import require_packages
from graph.churn import Score, serving_classifier, write_scores
from graph.churn_features import FeatureRules, event_span
from graph.client import Graph
from graph.errors import ModelError
from graph.ids import new_id
from graph.models import CHURN

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ScoringReport:
    """What a scoring wrote: how many users, by which run, as of which moment; and the mean of their risks."""

    run_id: str
    as_of: datetime
    users: int
    mean_risk: float


def score_churn(
    graph: Graph, rules: FeatureRules, now: datetime, progress: Progress = lambda _step: None
) -> ScoringReport:
    """Score every user who was active in the window before the newest event, by the settings the model was taught by.

    Not before `now`: nothing would have been seen yet of the time between. Raises ModelNotTrained without a model,
    ModelError without events or where the model knows other features.
    """
    require_packages([CHURN])
    serving = serving_classifier(graph, rules.churn)
    run_id, rules = serving.run_id, replace(rules, churn=serving.settings)
    span = event_span(graph, int(now.timestamp() * 1000))
    if span is None:
        raise ModelError("There is nobody to score: the graph has no events. edgewise load --help")
    as_of = span[1] + 1
    progress("reading what users did")
    table = feature_table(graph, as_of, rules)
    classifier = ChurnClassifier.from_text(serving.text)
    if classifier.names != table.names:
        raise ModelError(
            f"The run {run_id} was learned from other features than this Edgewise has: edgewise churn train"
        )
    progress(f"writing {len(table.user_ids):,} scores")
    scores = scores_of(classifier, table)
    keep = rules.churn.keep_scores
    written = write_scores(graph, scores, run=run_id, as_of_millis=as_of, scoring=new_id("scoring"), keep=keep)
    mean = sum(one.risk for one in scores) / len(scores) if scores else 0.0
    return ScoringReport(run_id, datetime.fromtimestamp(as_of / 1000, UTC), written, mean)


def scores_of(classifier: ChurnClassifier, table: FeatureTable) -> list[Score]:
    """The score of each user of the table."""
    if not table.user_ids:
        return []
    risks, parts = classifier.risks(table.values), classifier.contributions(table.values)
    rows = zip(table.user_ids, risks.tolist(), table.values.tolist(), parts.tolist(), strict=True)
    return [Score(*row) for row in rows]
