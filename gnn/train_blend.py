"""A training of the blend: learns what the trained components weigh and keeps the weights in the graph."""

from __future__ import annotations

from collections.abc import Sequence

from gnn.blend_weights import LearnedWeights
from gnn.factors import Watch
from gnn.learn import require_packages
from gnn.learn_blend import learn_blend
from gnn.settings import BlendSettings, TrainingSettings
from gnn.together import announce
from graph.client import Graph
from graph.errors import ModelError
from graph.models import active_runs
from graph.training_data import ItemContent, PreferenceArrays, UserProfile
from recommend.fallback import LAST


def learn_trained(
    graph: Graph,
    data: PreferenceArrays,
    contents: Sequence[ItemContent],
    settings: TrainingSettings,
    watch: Watch,
    *,
    profiles: Sequence[UserProfile],
) -> LearnedWeights:
    """The weights of those components that serve on `graph`; raises ModelError where none does.

    Their settings are those of now, which should be the ones they were trained with.
    """
    names = trained_components(graph, settings.blend)
    require_packages([name for name in names if name != LAST])
    announce(uses_lightgcn="lightgcn" in names)
    return learn_blend(names, data, contents, settings, watch, profiles=profiles)


def trained_components(graph: Graph, settings: BlendSettings) -> list[str]:
    """Those of settings.components that can be blended now: popularity, and what has an active run."""
    active = active_runs(graph)
    names: list[str] = [name for name in settings.components if name == LAST or name in active]
    if set(names) <= {LAST}:
        learned = [name for name in settings.components if name != LAST]
        raise ModelError(
            f"hybrid blends models that are trained, and none of {', '.join(learned) or 'those set'} is: "
            "edgewise train --model all"
        )
    return names


def blend_metrics(found: LearnedWeights, top_k: int) -> dict[str, float]:
    """NDCG@`top_k` on what was held out, of the blend and of each component alone."""
    name = f"ndcg@{top_k}"
    return {name: found.value} | {f"{component}_{name}": value for component, value in found.alone.items()}
