"""Evaluations in the graph: what was judged by which data, how, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graph.client import Graph, Row
from graph.event_batch import milliseconds
from graph.statistics import moment

Bounds = tuple[float | None, float | None, float | None]
"""A metric's value and the bounds of its interval; None where it is not defined."""


@dataclass(frozen=True, slots=True)
class EvaluationFacts:
    """One evaluation.

    `split` is its kind and `dataset` its data, in words; `validation`: judged by a part of train, to choose settings
    by; `asked`: the serving code, or vectors in memory. `cuts` are the moments as of which it was made, none where it
    was not split by time. Sizes count the whole data, pairs are summed over the cuts. `metrics`: by strategy and name,
    over all users that were tested. `settings` are those of the split and of the models; `seconds`: all of it took.
    """

    split: str
    dataset: str
    asked: str
    validation: bool
    cuts: tuple[datetime, ...]
    strategies: tuple[str, ...]
    users: int
    items: int
    events: int
    tested_users: int
    train_pairs: int
    test_pairs: int
    settings: Mapping[str, Any]
    metrics: Mapping[str, Mapping[str, Bounds]]
    seconds: float


@dataclass(frozen=True, slots=True)
class RecordedEvaluation:
    """An evaluation as the graph has it."""

    id: str
    created_at: datetime
    facts: EvaluationFacts


def record_evaluation(graph: Graph, evaluation_id: str, facts: EvaluationFacts) -> None:
    """Remember an evaluation, all of it or nothing. Raises Conflict if its id is taken."""
    graph.write(
        "evaluations/record_evaluation",
        id=evaluation_id,
        properties={
            "split": facts.split,
            "dataset": facts.dataset,
            "asked": facts.asked,
            "validation": facts.validation,
            "users": facts.users,
            "items": facts.items,
            "events": facts.events,
            "testedUsers": facts.tested_users,
            "trainPairs": facts.train_pairs,
            "testPairs": facts.test_pairs,
            "settings": json.dumps(facts.settings, sort_keys=True),
            "metrics": json.dumps(facts.metrics, sort_keys=True),
            "seconds": facts.seconds,
        },
        cutMillis=[milliseconds(cut) for cut in facts.cuts],
        strategies=list(facts.strategies),
    )


def list_evaluations(graph: Graph, first: int = 20) -> list[RecordedEvaluation]:
    """The latest evaluations, newest first."""
    return [_recorded(row) for row in graph.read("evaluations/list_evaluations", first=first)]


def _recorded(row: Row) -> RecordedEvaluation:
    metrics = {
        strategy: {name: tuple(bounds) for name, bounds in values.items()}
        for strategy, values in json.loads(row["metrics"]).items()
    }
    facts = EvaluationFacts(
        split=row["split"],
        dataset=row["dataset"],
        asked=row["asked"],
        validation=row["validation"],
        cuts=tuple(map(moment, row["cutMillis"])),
        strategies=tuple(row["strategies"]),
        users=row["users"],
        items=row["items"],
        events=row["events"],
        tested_users=row["testedUsers"],
        train_pairs=row["trainPairs"],
        test_pairs=row["testPairs"],
        settings=json.loads(row["settings"]),
        metrics=metrics,
        seconds=row["seconds"],
    )
    return RecordedEvaluation(row["id"], moment(row["createdMillis"]), facts)
