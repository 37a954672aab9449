"""What people do with what they were shown, under the default settings."""

from __future__ import annotations

from datetime import UTC, datetime

from graph.client import Graph
from graph.feedback import Feedback, record_feedback
from graph.settings import FeedbackSettings, PopularitySettings, PreferenceSettings


def react(graph: Graph, request: str, kind: str = "click", item: str = "film-20") -> None:
    """One reaction to an item of an answer, now."""
    told = Feedback(f"{kind} {request} {item}", item, kind, datetime.now(UTC), request)
    record_feedback(graph, [told], PreferenceSettings(), PopularitySettings(), FeedbackSettings())
