"""What a run expects of a user of whom it knows nothing: kept with the run, so that new likes can be folded in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.client import Graph
from graph.vectors import Vectors


@dataclass(frozen=True, slots=True)
class Prior:
    """A normal distribution of users, and how a like moves it; recommend.fold_in has the formula.

    `mean`: float32[d], the mean vector of users as stored, biases included; of its d coordinates the first e are taste.
    `centre`: float64[e], the taste of what the mean user would choose. `basis`: float64[e, r], the r directions in
    which users differ; `damping`: float64[r], by how much of itself each like narrows a direction.
    """

    mean: Vectors
    centre: NDArray[np.float64]
    basis: NDArray[np.float64]
    damping: NDArray[np.float64]


def record_prior(graph: Graph, run_id: str, prior: Prior) -> None:
    """Keep `prior` with a run, before it serves."""
    graph.write(
        "models/record_prior",
        runId=run_id,
        mean=prior.mean.tolist(),
        centre=prior.centre.tolist(),
        basis=prior.basis.ravel().tolist(),
        damping=prior.damping.tolist(),
    )


def prior_of(graph: Graph, run_id: str) -> Prior | None:
    """The prior of a run; None for one that keeps none, such as a run of an older version."""
    rows = graph.read("models/prior_of_run", runId=run_id)
    if not rows:
        return None
    centre, damping = _floats(rows[0]["centre"]), _floats(rows[0]["damping"])
    return Prior(
        mean=np.asarray(rows[0]["mean"], dtype=np.float32),
        centre=centre,
        basis=_floats(rows[0]["basis"]).reshape(len(centre), len(damping)),
        damping=damping,
    )


def _floats(stored: Any) -> NDArray[np.float64]:
    return np.asarray(stored, dtype=np.float64)
