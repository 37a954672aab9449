"""Records events as most tests want them: by the rules of the defaults, of users that may be new."""

from __future__ import annotations

from graph.client import Graph
from graph.ingest import record_events
from graph.records import Event
from graph.settings import PopularitySettings, PreferenceSettings


def tell(graph: Graph, *events: Event) -> None:
    """Record events; their items must be there."""
    record_events(graph, events, PreferenceSettings(), PopularitySettings(), create_users=True)
