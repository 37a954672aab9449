"""The weights that serving finds on the active run of the blend."""

from __future__ import annotations

from collections.abc import Mapping

from graph.client import Graph
from graph.models import BLEND
from graph.user_states import RunKey, user_states


def blend_weights(graph: Graph) -> Mapping[str, float] | None:
    """By the names of strategies; None without a run."""
    key = RunKey(BLEND)
    run = user_states(graph, [""], [key])[""].runs.get(key)
    return None if run is None else run.weights
