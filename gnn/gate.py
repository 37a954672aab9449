"""Whether a model that has just been trained may take over from the one that serves."""

from __future__ import annotations

import math
from collections.abc import Mapping

from gnn.learn import QUALITY


def gate_metric(metrics: Mapping[str, float]) -> str | None:
    """The name of the metric that a training was judged by: NDCG at the cut that its model uses, if it was judged."""
    if QUALITY in metrics:
        return QUALITY
    return next((name for name in metrics if name.startswith("ndcg@")), None)


def refusal(metrics: Mapping[str, float], serving: Mapping[str, float], most_lost: float) -> str | None:
    """Why a run with these `metrics` should not serve in place of one with those of `serving`; None if it may.

    It may not if its metric is no number, or below that of the serving run by more than a share of `most_lost`. Where
    either was not judged, or not by the same metric, there is nothing to compare.
    """
    name = gate_metric(metrics)
    if name is None:
        return None
    value, before = metrics[name], serving.get(name)
    if not math.isfinite(value):
        return f"its held-out {name} is {value}"
    if before is not None and value < (1 - most_lost) * before:
        return f"its held-out {name} of {value:.4f} is more than {most_lost:.0%} below the {before:.4f} of what serves"
    return None
