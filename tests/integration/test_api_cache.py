"""Dear statistics are kept for a while: in memory, or in a real Redis that replicas share and that may go away."""

from __future__ import annotations

import pytest

from graph.client import Graph
from tests.redis_server import free_port
from tests.worlds.api import running_client

QUERY = "{ stats { eventsByType { lookedAt newestAt byType { name count } } } }"
CALLS_KEPT = ["stats/counts"]
CALLS_READ = ["stats/counts", "stats/events_by_type"]


def test_a_second_question_is_answered_from_memory(graph: Graph) -> None:
    with running_client(graph) as client:
        answer = client.ask(QUERY)
        assert client.calls(QUERY) == CALLS_KEPT
        assert client.ask(QUERY) == answer


def test_replicas_share_a_redis(graph: Graph, redis_url: str) -> None:
    with running_client(graph, redis_url=redis_url) as one, running_client(graph, redis_url=redis_url) as other:
        answer = one.ask(QUERY)
        assert other.calls(QUERY) == CALLS_KEPT
        assert other.ask(QUERY) == answer


@pytest.mark.parametrize("stats_seconds", [0, 10])
def test_nothing_is_kept_where_none_is_wanted_or_redis_is_gone(graph: Graph, stats_seconds: int) -> None:
    gone = f"redis://127.0.0.1:{free_port()}/0" if stats_seconds else None
    with running_client(graph, redis_url=gone, stats_seconds=stats_seconds) as client:
        client.ask(QUERY)
        assert client.calls(QUERY) == CALLS_READ
