"""A user's recommendations, pushed over a WebSocket by the real server as events come, whoever records them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from edgewise.api_process import running_api
from graph.client import Graph
from graph.ingest import record_events
from graph.records import Event
from graph.settings import Neo4jSettings, PopularitySettings, PreferenceSettings
from tests.environment import environment_of
from tests.worlds.api import shelf
from tests.worlds.world import write_world

FOLLOW = """subscription ($user: ID!) {
  recommendations(userId: $user, first: 3, strategy: "co-occurrence") { recommendations { item { id } } }
}"""
RECORD = """mutation ($user: ID!, $item: ID!) {
  recordInteractions(events: [{eventId: "pushed", userId: $user, itemId: $item, type: "like"}]) { recorded }
}"""


@pytest.fixture
def address(graph: Graph, neo4j_settings: Neo4jSettings, tmp_path: Path) -> Iterator[str]:
    write_world(graph, shelf())
    environment = environment_of(neo4j_settings, EDGEWISE_API_MOST_SUBSCRIPTIONS="2")
    with running_api(tmp_path / "api.log", environment=environment) as api:
        yield f"{api.removeprefix('http://')}/graphql"


@contextmanager
def subscribed(address: str, user: str) -> Iterator[ClientConnection]:
    with connect(f"ws://{address}", subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
        socket.send(json.dumps({"type": "connection_init"}))
        assert json.loads(socket.recv(5))["type"] == "connection_ack"
        asked = {"query": FOLLOW, "variables": {"user": user}}
        socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": asked}))
        yield socket


def pushed(socket: ClientConnection, seconds: float = 5.0) -> list[str]:
    message: dict[str, Any] = json.loads(socket.recv(seconds))
    assert message["type"] == "next", message
    return [one["item"]["id"] for one in message["payload"]["data"]["recommendations"]["recommendations"]]


def pushed_without(socket: ClientConnection, item: str) -> list[str]:
    """The first answer without an item, within a second; the server's first look at the graph may push one more."""
    deadline = time.monotonic() + 1.0
    while item in (found := pushed(socket)):
        assert time.monotonic() < deadline
    return found


def test_an_event_is_followed_by_another_answer_within_a_second(address: str, graph: Graph) -> None:
    with subscribed(address, "user-4") as socket, subscribed(address, "user-7") as other:
        first = pushed(socket)
        pushed(other)
        httpx.post(f"http://{address}", json={"query": RECORD, "variables": {"user": "user-4", "item": first[0]}})
        second = pushed_without(socket, first[0])
        # A loader, beside the API.
        event = Event("loaded", "user-4", second[0], "like", datetime.now(UTC))
        record_events(graph, [event], PreferenceSettings(), PopularitySettings())
        assert pushed_without(socket, second[0])


def test_more_subscriptions_than_are_allowed_are_refused(address: str) -> None:
    with (
        subscribed(address, "user-1") as one,
        subscribed(address, "user-2") as two,
        subscribed(address, "user-3") as more,
    ):
        pushed(one)
        pushed(two)
        message = json.loads(more.recv(5))
        assert "2 subscriptions are open" in json.dumps(message)


def test_pages_of_others_cannot_listen(address: str) -> None:
    with (
        pytest.raises((InvalidStatus, ConnectionClosed)),
        connect(
            f"ws://{address}", subprotocols=[Subprotocol("graphql-transport-ws")], origin=Origin("http://evil.example")
        ) as socket,
    ):
        socket.recv(5)
    own = Origin(f"http://{address.removesuffix('/graphql')}")
    with connect(f"ws://{address}", subprotocols=[Subprotocol("graphql-transport-ws")], origin=own):
        pass
