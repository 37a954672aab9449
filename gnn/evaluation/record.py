"""What of an evaluation is remembered in the graph."""

from __future__ import annotations

from gnn.evaluation.evaluate import Evaluated
from gnn.evaluation.plan import EvaluationPlan
from gnn.evaluation.user_groups import EVERYONE
from graph.client import Graph
from graph.evaluations import EvaluationFacts, record_evaluation
from graph.ids import new_id
from graph.statistics import moment


def record(graph: Graph, evaluated: Evaluated, plan: EvaluationPlan) -> tuple[str, EvaluationFacts]:
    """Remember a finished evaluation in the graph under a new id; returns that and what is remembered."""
    evaluation_id, facts = new_id("evaluation"), evaluation_facts(evaluated, plan)
    record_evaluation(graph, evaluation_id, facts)
    return evaluation_id, facts


def evaluation_facts(evaluated: Evaluated, plan: EvaluationPlan) -> EvaluationFacts:
    """The facts of a finished evaluation: sizes, settings, and every metric over all users that were tested."""
    evaluation, split = evaluated.evaluation, plan.split
    return EvaluationFacts(
        split=split.kind,
        dataset=plan.dataset,
        asked=evaluation.conditions.asked,
        validation=split.validation,
        cuts=tuple(map(moment, evaluated.cuts)),
        strategies=plan.strategies,
        users=evaluated.users,
        items=evaluated.items,
        events=evaluated.events,
        tested_users=evaluation.groups[EVERYONE].users,
        train_pairs=sum(size.train_pairs for size in evaluation.splits),
        test_pairs=sum(size.test_pairs for size in evaluation.splits),
        settings={
            "split": {"share": split.share, "rolling": split.rolling, "last": split.last, "seed": split.seed},
            "models": {choice.strategy: choice.settings for choice in evaluation.choices},
        },
        metrics={
            row.strategy: {name: (one.value, one.lower, one.upper) for name, one in row.metrics[EVERYONE].items()}
            | {name: (value, None, None) for name, value in row.lists.items()}
            for row in evaluation.strategies
        },
        seconds=sum(evaluated.seconds.values()),
    )
