"""Whether a model that has just been trained may take over from the one that serves."""

from __future__ import annotations

import math
from collections.abc import Mapping

from gnn.learn import QUALITY

AUROC = "auroc"
PLAIN = "recency_auroc"
"""That of the days since the last activity alone, without which a model of churn is of no use."""


def gate_metric(metrics: Mapping[str, float]) -> str | None:
    """The name of the metric that a training was judged by: NDCG at the cut that its model uses, or AUROC for churn."""
    if QUALITY in metrics:
        return QUALITY
    return next((name for name in metrics if name.startswith("ndcg@") or name == AUROC), None)


def refusal(metrics: Mapping[str, float], serving: Mapping[str, float], most_lost: float) -> str | None:
    """Why a run with these `metrics` should not serve in place of one with those of `serving`; None if it may.

    It may not if its metric is no number, not above that of the plainest model where it was judged beside that, or
    below that of the serving run by more than a share of `most_lost`. Where either was not judged, or not by the same
    metric, there is nothing to compare.
    """
    name = gate_metric(metrics)
    if name is None:
        return None
    value, before = metrics[name], serving.get(name)
    plain = metrics.get(PLAIN)
    if not math.isfinite(value):
        return f"its held-out {name} is {value}"
    if plain is not None and value <= plain:
        return f"its held-out {name} of {value:.4f} is not above the {plain:.4f} of recency alone"
    if before is not None and value < (1 - most_lost) * before:
        return f"its held-out {name} of {value:.4f} is more than {most_lost:.0%} below the {before:.4f} of what serves"
    return None
