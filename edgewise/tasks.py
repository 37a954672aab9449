"""What the process that trains does: by night, and when it is asked; the steps of each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from gnn.evaluation.evaluate import evaluate
from gnn.evaluation.memory_world import IN_MEMORY
from gnn.evaluation.plan import EvaluationPlan
from gnn.evaluation.record import record
from gnn.evaluation.split_plan import SplitPlan
from gnn.evaluation.world_settings import WorldSettings
from gnn.learn import QUALITY
from gnn.nightly.churn_steps import Clock, churn_steps
from gnn.nightly.settings import NightlySettings
from gnn.nightly.step import Metrics, Step, fingerprint
from gnn.nightly.steps import default_steps, facts_state
from gnn.settings import TrainingSettings
from graph.churn_features import FeatureRules
from graph.client import Graph
from graph.day_marks import changed_days
from graph.facts import GraphFacts
from graph.ids import new_id
from graph.jobs import Requested
from graph.reindex import reindex
from graph.settings import ChurnSettings, FeedbackSettings, PreferenceSettings, read_settings
from recommend.daily import count_days
from recommend.settings import RecommendSettings, StatisticsSettings


def steps_of(
    graph: Graph,
    asked: Requested,
    training: TrainingSettings,
    recommend: RecommendSettings,
    preferences: PreferenceSettings,
    *,
    clock: Clock,
) -> list[Step]:
    """The steps of a task: those of a night for the models of `train`, or one that does all of it."""
    if asked.task == "train":
        training = training.model_copy(update={"models": tuple(asked.names)})
        return default_steps(graph, training, recommend, preferences, run_id=asked.run_id)
    if asked.task == "churn":
        return churn_steps(graph, _churn_rules(preferences), training.with_run(job=asked.run_id), clock)
    if asked.task == "evaluate":
        return [evaluation_step(graph, asked.names, _world(training, recommend, preferences))]
    return [Step("reindex", partial(_reindex, graph), _always)]


def night_steps(
    graph: Graph,
    nightly: NightlySettings,
    training: TrainingSettings,
    recommend: RecommendSettings,
    preferences: PreferenceSettings,
    *,
    run_id: str,
    clock: Clock,
) -> list[Step]:
    """What a night does by itself: the default steps, then an evaluation if set, statistics, and churn if set."""
    steps = default_steps(graph, training, recommend, preferences, run_id=run_id)
    if nightly.evaluate:
        world = _world(training, recommend, preferences)
        steps.append(evaluation_step(graph, nightly.evaluate, world, ("preferences",)))
    steps.append(Step("statistics", partial(_count_days, graph), partial(_days_state, graph)))
    if nightly.churn:
        steps += churn_steps(graph, _churn_rules(preferences), training.with_run(job=run_id), clock)
    return steps


def evaluation_step(
    graph: Graph, strategies: Sequence[str], settings: WorldSettings, needs: tuple[str, ...] = ()
) -> Step:
    """Judges `strategies` by users who were known before, in memory where all of them can be, and records it.

    The same as `edgewise evaluate --known-users`, with `--in-memory` where that is possible.
    """
    names = tuple(strategies)
    return Step("evaluate", partial(_evaluate, graph, names, settings), partial(_state, graph, names, settings), needs)


def _count_days(graph: Graph) -> Metrics:
    return {"days": count_days(graph, read_settings(StatisticsSettings))}


def _days_state(graph: Graph) -> str:
    """Another one whenever something of a day has changed, whoever has counted it."""
    return fingerprint([(one.epoch_day, one.about, one.changes) for one in changed_days(graph)])


def _churn_rules(preferences: PreferenceSettings) -> FeatureRules:
    return FeatureRules(read_settings(ChurnSettings), preferences, read_settings(FeedbackSettings))


def _world(training: TrainingSettings, recommend: RecommendSettings, preferences: PreferenceSettings) -> WorldSettings:
    """For trainings that do not judge themselves, as they are judged here."""
    return WorldSettings(recommend, training.model_copy(update={"validation_last": 0}), preferences)


def _evaluate(graph: Graph, strategies: tuple[str, ...], settings: WorldSettings) -> Metrics:
    in_memory = set(strategies) <= set(IN_MEMORY)
    plan = EvaluationPlan(SplitPlan(known_users=True), strategies, in_memory=in_memory, settings=settings)
    evaluation_id, facts = record(graph, evaluate(GraphFacts(graph, settings.preferences), plan), plan)
    told = {f"{name} {QUALITY}": values[QUALITY][0] for name, values in facts.metrics.items()}
    return {"evaluation": evaluation_id, **told}


def _state(graph: Graph, strategies: Sequence[str], settings: WorldSettings) -> str:
    return fingerprint(facts_state(graph), sorted(strategies), settings.training.model_dump(mode="json"))


def _reindex(graph: Graph) -> Metrics:
    return {f"{one.name} items": one.items for one in reindex(graph) if one.items}


def _always() -> str:
    """Another state every time: asking for it is reason enough."""
    return new_id("asked")
