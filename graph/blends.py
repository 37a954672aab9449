"""The weights of the blend: kept on its run; graph.user_states reads them while serving."""

from __future__ import annotations

import json
from collections.abc import Mapping

from graph.client import Graph
from graph.errors import ModelError
from graph.models import RunFacts, facts_parameters


def finish_blend(graph: Graph, run_id: str, weights: Mapping[str, float], facts: RunFacts) -> None:
    """Record the weights of a run by the names of strategies, so that it may be activated.

    Raises ModelError for a run that is not training.
    """
    rows = graph.write(
        "models/finish_blend",
        runId=run_id,
        weights=json.dumps(weights, sort_keys=True),
        **facts_parameters(facts),
    )
    if not rows:
        raise ModelError(f"Run {run_id} is not training any more; its weights were not kept.")
