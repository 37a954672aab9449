"""Evaluations are remembered, newest first, and joined to the models that they judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from graph.client import Graph
from graph.errors import Conflict
from graph.evaluations import EvaluationFacts, list_evaluations, record_evaluation
from graph.models import start_run

FACTS = EvaluationFacts(
    split="temporal",
    dataset="a small world",
    asked="serving code",
    validation=False,
    cuts=(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 1, 10, 30, tzinfo=UTC)),
    strategies=("popular", "lightgcn"),
    users=5,
    items=7,
    events=20,
    tested_users=3,
    train_pairs=12,
    test_pairs=4,
    settings={"split": {"seed": 1}},
    metrics={"popular": {"ndcg@10": (0.25, 0.125, None)}, "lightgcn": {"ndcg@10": (None, None, None)}},
    seconds=1.5,
)


def judged(graph: Graph, evaluation_id: str) -> list[str]:
    query = "MATCH (:Evaluation {id: $id})-[:JUDGED]->(model:Model) RETURN model.name AS name ORDER BY name"
    return [record["name"] for record in graph._driver.execute_query(query, id=evaluation_id).records]


def test_an_evaluation_comes_back_as_it_was_recorded(graph: Graph) -> None:
    assert list_evaluations(graph) == []
    record_evaluation(graph, "one", FACTS)
    random = replace(FACTS, split="random", cuts=(), validation=True)
    record_evaluation(graph, "two", random)
    recorded = {one.id: one.facts for one in list_evaluations(graph)}
    assert recorded == {"one": FACTS, "two": random}
    assert len(list_evaluations(graph, first=1)) == 1
    times = [one.created_at for one in list_evaluations(graph)]
    assert times == sorted(times, reverse=True)
    assert abs((datetime.now(UTC) - times[0]).total_seconds()) < 300


def test_it_is_joined_to_the_models_that_this_graph_has(graph: Graph) -> None:
    record_evaluation(graph, "before", FACTS)
    for model in ("lightgcn", "lightfm"):
        start_run(graph, model, f"{model}-run", {}, {})
    record_evaluation(graph, "after", FACTS)
    assert judged(graph, "before") == []
    assert judged(graph, "after") == ["lightgcn"]


def test_no_two_share_an_id(graph: Graph) -> None:
    record_evaluation(graph, "one", FACTS)
    with pytest.raises(Conflict):
        record_evaluation(graph, "one", FACTS)
    assert len(list_evaluations(graph)) == 1
