"""What the process that trains does: by night, and when it is asked; the steps of each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from gnn.evaluation.evaluate import evaluate
from gnn.evaluation.memory_world import IN_MEMORY
from gnn.evaluation.plan import EvaluationPlan
from gnn.evaluation.record import evaluation_facts
from gnn.evaluation.split_plan import SplitPlan
from gnn.evaluation.world_settings import WorldSettings
from gnn.learn import QUALITY
from gnn.nightly.settings import NightlySettings
from gnn.nightly.step import Metrics, Step, fingerprint
from gnn.nightly.steps import default_steps, facts_state
from gnn.settings import TrainingSettings
from graph.client import Graph
from graph.evaluations import record_evaluation
from graph.facts import GraphFacts
from graph.ids import new_id
from graph.jobs import Requested
from graph.reindex import reindex
from graph.settings import PreferenceSettings
from recommend.settings import RecommendSettings


def steps_of(
    graph: Graph,
    asked: Requested,
    training: TrainingSettings,
    recommend: RecommendSettings,
    preferences: PreferenceSettings,
) -> list[Step]:
    """The steps of a task: those of a night for the models of `train`, or one that does all of it."""
    if asked.task == "train":
        training = training.model_copy(update={"models": tuple(asked.names)})
        return default_steps(graph, training, recommend, preferences, run_id=asked.run_id)
    if asked.task == "evaluate":
        return [evaluation_step(graph, asked.names)]
    return [Step("reindex", partial(_reindex, graph), _always)]


def night_steps(
    graph: Graph,
    nightly: NightlySettings,
    training: TrainingSettings,
    recommend: RecommendSettings,
    preferences: PreferenceSettings,
    *,
    run_id: str,
) -> list[Step]:
    """What a night does by itself: the default steps, and an evaluation after them where one is set."""
    steps = default_steps(graph, training, recommend, preferences, run_id=run_id)
    needs = ("preferences",)
    return [*steps, *([evaluation_step(graph, nightly.evaluate, needs)] if nightly.evaluate else [])]


def evaluation_step(graph: Graph, strategies: Sequence[str], needs: tuple[str, ...] = ()) -> Step:
    """Judges `strategies` as `edgewise evaluate` does, in memory where all of them can be, and records it."""
    return Step("evaluate", partial(_evaluate, graph, tuple(strategies)), partial(_state, graph, strategies), needs)


def _evaluate(graph: Graph, strategies: tuple[str, ...]) -> Metrics:
    settings = WorldSettings()
    in_memory = set(strategies) <= set(IN_MEMORY)
    plan = EvaluationPlan(SplitPlan(known_users=True), strategies, in_memory=in_memory, settings=settings)
    facts = evaluation_facts(evaluate(GraphFacts(graph, settings.preferences), plan), plan)
    evaluation_id = new_id("evaluation")
    record_evaluation(graph, evaluation_id, facts)
    told = {f"{name} {QUALITY}": values[QUALITY][0] for name, values in facts.metrics.items()}
    return {"evaluation": evaluation_id, **told}


def _state(graph: Graph, strategies: Sequence[str]) -> str:
    settings = WorldSettings()
    return fingerprint(facts_state(graph), sorted(strategies), settings.training.model_dump(mode="json"))


def _reindex(graph: Graph) -> Metrics:
    return {f"{one.name} items": one.items for one in reindex(graph) if one.items}


def _always() -> str:
    """Another state every time: asking for it is reason enough."""
    return new_id("asked")
