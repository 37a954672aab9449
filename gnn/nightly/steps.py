"""The steps of a night by default: refresh what is derived, then train each model and let it serve if it may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial

from gnn.nightly.step import Metrics, Step, fingerprint
from gnn.settings import TrainingSettings
from gnn.train import train
from graph.after_ingest import rebuild_preferences
from graph.client import Graph
from graph.errors import SlotHeld
from graph.models import BLEND
from graph.settings import PopularitySettings, PreferenceSettings
from graph.slots import slot_holder
from graph.statistics import counts, event_types
from recommend.maintain import refresh
from recommend.settings import RecommendSettings


def default_steps(
    graph: Graph,
    training: TrainingSettings,
    recommend: RecommendSettings,
    preferences: PreferenceSettings,
    *,
    run_id: str | None = None,
) -> list[Step]:
    """`preferences`, `refresh`, then `train MODEL` for each of training.models; hybrid needs those that it blends.

    `run_id`: of the night that they are for, so that its trainings are known for dead when it is.
    """
    training = training.with_run(job=run_id)
    known, rule = partial(facts_state, graph), preferences.model_dump(mode="json")
    steps = [
        Step("preferences", partial(_preferences, graph, preferences), _with(known, rule)),
        Step(
            "refresh",
            partial(_refresh, graph, recommend, preferences),
            _with(known, rule, recommend.model_dump(mode="json")),
            ("preferences",),
        ),
    ]
    for model in training.models:
        blended = [f"train {one}" for one in training.models if model == BLEND and one in training.blend.components]
        state = _with(known, training.of(model), also=partial(_holder, graph, model))
        run = partial(_train, graph, model, training)
        steps.append(Step(f"train {model}", run, state, ("preferences", *blended)))
    return steps


def facts_state(graph: Graph) -> str:
    """A fingerprint of how much the graph holds and what came last: cheap, and another after any new event."""
    held = asdict(counts(graph))
    # Derived by the steps themselves, or nothing that they learn from.
    for other in ("similarities", "preferences", "answers", "feedback", "attributed"):
        held.pop(other)
    return fingerprint(held, event_types(graph, newest=1).newest_at)


def _with(known: Callable[[], str], *settings: object, also: Callable[[], str] = str) -> Callable[[], str]:
    return lambda: fingerprint(known(), settings, also())


def _preferences(graph: Graph, preferences: PreferenceSettings) -> Metrics:
    return {"preferences": rebuild_preferences(graph, preferences)}


def _refresh(graph: Graph, recommend: RecommendSettings, preferences: PreferenceSettings) -> Metrics:
    popularity: PopularitySettings = recommend.popularity
    made = refresh(graph, recommend, preferences, popularity)
    return {
        "trending items": made.trending_items,
        "co-occurrence edges": made.co_occurrence_edges,
        "content edges": made.content_edges,
        "placed items": made.placed_items,
    }


def _holder(graph: Graph, model: str) -> str:
    return slot_holder(graph, model) or ""


def _train(graph: Graph, model: str, settings: TrainingSettings) -> Metrics:
    try:
        (report,) = train(graph, [model], settings)
    except SlotHeld as held:
        # Not a failure of the night: nobody needs to be woken for what somebody has begun.
        return {"not trained": str(held)}
    told: dict[str, object] = {"run": report.run_id, **report.facts.metrics}
    return told | ({"held back": report.handover.refusal} if report.handover.refusal else {})
