"""Stops variants of experiments that are surely worse than they may be."""

from __future__ import annotations

import logging

from graph.client import Graph
from graph.experiments import list_experiments, stop_variant
from graph.outcomes import outcomes
from recommend.experiment_results import broken

LOGGER = logging.getLogger(__name__)


def stop_broken(graph: Graph) -> dict[tuple[str, str], str]:
    """Stop them, and return why, by experiment and variant. Safe to run as often, and by as many, as one likes."""
    stopped: dict[tuple[str, str], str] = {}
    for experiment in list_experiments(graph):
        if experiment.ended_at is not None or not experiment.guardrails:
            continue
        for variant, why in broken(experiment, outcomes(graph, experiment.name)).items():
            if stop_variant(graph, experiment.name, variant, why):
                LOGGER.warning("experiment %s: %s is stopped: %s", experiment.name, variant, why)
                stopped[experiment.name, variant] = why
    return stopped
