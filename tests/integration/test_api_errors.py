"""Every error has a code and a clear message, and nothing internal leaves."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from neo4j import GraphDatabase

from api.app import compose
from api.server import listen
from api.settings import ApiSettings
from graph.client import Graph
from graph.schema import erase, migrate
from tests.worlds.api import Client, running_client, shelf
from tests.worlds.world import write_world

BROKEN = Path(__file__).parents[1] / "worlds" / "break_item.cypher"


@pytest.fixture(scope="module")
def client(connected_graph: Graph) -> Iterator[Client]:
    erase(connected_graph)
    migrate(connected_graph)
    write_world(connected_graph, shelf())
    with running_client(connected_graph, max_tokens=300) as client:
        yield client


@contextmanager
def unreachable(port: int) -> Iterator[Graph]:
    """A graph at an address where nothing listens; the driver connects only when it is asked."""
    with GraphDatabase.driver(f"bolt://127.0.0.1:{port}", max_transaction_retry_time=0) as driver:
        yield Graph(driver)


def deep(levels: int) -> str:
    return '{ item(id: "film-1") { ' + "similar(first: 1) { item { " * levels + "id" + " } }" * levels + " } }"


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("{ me { id }", "BAD_QUERY", "Syntax Error"),
        ("{ users { id } }", "BAD_QUERY", "Cannot query field 'users'"),
        ("{ popularItems(first: 1.5) { score } }", "BAD_QUERY", "Int cannot represent"),
        (deep(6), "BAD_QUERY", "nests 13 levels deep; 12 is the most"),
        ("{ " + " ".join(f"a{k}: me {{ id }}" for k in range(31)) + " }", "BAD_QUERY", "has 31 aliases"),
        ("{ " + "me { id } " * 100 + " }", "BAD_QUERY", "more than 300 tokens"),
        (deep(3).replace("1)", "50)"), "BAD_QUERY", "may return 255101 objects; 50000 is the most"),
        ('{ recommendations(userId: "a", first: 51) { layer } }', "BAD_INPUT", "first: is 51; ask for 1 to 50"),
        ('{ recommendations(userId: "a", first: 0) { layer } }', "BAD_INPUT", "first: is 0"),
        ('{ recommendations(userId: "") { layer } }', "BAD_INPUT", "userId: is empty"),
        ('{ recommendations(userId: "a", kinds: [""]) { layer } }', "BAD_INPUT", "kinds: is empty"),
        ('{ recommendations(userId: "a", tags: ["\\u0000"]) { layer } }', "BAD_INPUT", "tags: has a control"),
        ('{ recommendationsByKind(userId: "a", first: -1) { kind } }', "BAD_INPUT", "first: is -1"),
        ("{ popularItems(first: 99) { score } }", "BAD_INPUT", "first: is 99"),
        ('{ similarItems(itemId: "film-1", first: 51) { score } }', "BAD_INPUT", "first: is 51"),
        ('{ similarItems(itemId: "film-1", by: "magic") { score } }', "BAD_INPUT", "no similarity by 'magic'"),
        ('{ similarItems(itemId: "film-999") { score } }', "UNKNOWN_ITEM", "no item 'film-999'"),
        ('{ user(id: "user-1") { history(first: 51) { type } } }', "BAD_INPUT", "first: is 51"),
        ('{ user(id: "user-1") { preferences(first: 0) { weight } } }', "BAD_INPUT", "first: is 0"),
        ('{ recommendations(userId: "a", strategy: "magic") { layer } }', "UNKNOWN_STRATEGY", "no strategy 'magic'"),
    ],
)  # fmt: skip
def test_a_wrong_question_is_refused(client: Client, query: str, code: str, message: str) -> None:
    error = client.refused(query)
    assert error["extensions"]["code"] == code
    assert message in error["message"]


def test_a_wrong_variable_is_bad_input(client: Client) -> None:
    error = client.refused("query ($n: Int!) { popularItems(first: $n) { score } }", n="many")
    assert error["extensions"]["code"] == "BAD_INPUT"
    assert "'many'" in error["message"]


def test_every_wrong_argument_is_named(client: Client) -> None:
    error = client.refused('{ recommendations(userId: " a", first: 99) { layer } }')
    assert error["extensions"]["problems"] == [
        "userId: has a space at its start or end",
        "first: is 99; ask for 1 to 50",
    ]


def test_fragments_that_spread_fragments_do_not_hang_the_server(connected_graph: Graph) -> None:
    links = " ".join(f"fragment f{k} on Item {{ ...f{k + 1} ...f{k + 1} }}" for k in range(150))
    query = '{ item(id: "film-1") { ...f0 } } ' + links + " fragment f150 on Item { id }"
    with running_client(connected_graph) as client:
        assert client.ask(query) == {"item": {"id": "film-1"}}


def test_the_inside_stays_inside(client: Client, connected_graph: Graph, caplog: pytest.LogCaptureFixture) -> None:
    """An item whose time is a text makes the database itself complain."""
    connected_graph._driver.execute_query(BROKEN.read_text(encoding="utf-8"), {"id": "film-79"})
    with caplog.at_level(logging.ERROR, "api.errors"):
        error = client.refused('{ item(id: "film-79") { id } }')
    assert error["extensions"]["code"] == "INTERNAL"
    assert error["message"] == "Something went wrong on our side; the log explains it under this errorId."
    (line,) = caplog.records
    assert error["extensions"]["errorId"] in line.getMessage()
    assert line.exc_info is not None


def test_in_production_the_schema_does_not_describe_itself(client: Client, connected_graph: Graph) -> None:
    introspection = "{ __schema { __typename } }"
    assert client.ask(introspection) == {"__schema": {"__typename": "__Schema"}}
    page = client.send("GET", "/graphql", headers={"accept": "text/html"})
    assert (page.status_code, "GraphiQL" in page.text) == (200, True)
    with running_client(connected_graph, environment="production") as closed:
        assert closed.refused(introspection)["extensions"]["code"] == "BAD_QUERY"
        assert "Did you mean" not in closed.refused("{ usr }")["message"]
        assert closed.send("GET", "/graphql", headers={"accept": "text/html"}).status_code == 404


@pytest.mark.parametrize("path", ["/healthz", "/graphql"])
def test_only_our_own_name_is_answered(client: Client, path: str) -> None:
    """Else a web page could rebind its name to this machine and ask in a reader's place."""
    assert client.send("GET", path, headers={"host": "evil.example"}).status_code == 400


def test_a_web_page_cannot_send_a_query_as_a_form(client: Client) -> None:
    content = '{"query": "{ me { id } }"}'
    answer = client.send("POST", "/graphql", content=content, headers={"content-type": "text/plain"})
    assert answer.status_code == 400
    assert client.send("GET", "/graphql", params={"query": "{ me { id } }"}).status_code == 400


def test_a_request_that_is_too_large_is_refused(connected_graph: Graph) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 1_000

    with running_client(connected_graph, max_body_mb=0.05) as small:
        assert small.send("POST", "/graphql", content=b"x" * 100_000).status_code == 413
        headers = {"content-type": "application/json"}
        assert small.send("POST", "/graphql", content=pieces(), headers=headers).status_code == 413
        assert small.ask("{ me { id } }")


def test_health(client: Client) -> None:
    assert client.send("GET", "/healthz").json() == {"status": "ok", "dependencies": {}}
    ready = client.send("GET", "/readyz")
    assert (ready.status_code, ready.json()) == (200, {"status": "ok", "dependencies": {"neo4j": "ok", "cache": "ok"}})


def test_without_neo4j_it_lives_but_is_not_ready_and_says_why() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
    with unreachable(port) as graph, running_client(graph, ready_timeout=1.0) as client:
        ready = client.send("GET", "/readyz")
        assert ready.status_code == 503
        assert ready.json()["status"] == "down"
        assert ready.json()["dependencies"]["neo4j"].startswith("down: ")
        assert client.send("GET", "/healthz").status_code == 200
        error = client.refused('{ user(id: "a") { id } }')
        assert error["extensions"]["code"] == "GRAPH_UNAVAILABLE"
        assert str(port) not in error["message"]


def test_without_redis_it_is_ready_but_says_so(connected_graph: Graph) -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
    with running_client(connected_graph, redis_url=f"redis://127.0.0.1:{port}/0") as client:
        ready = client.send("GET", "/readyz")
    assert ready.status_code == 200
    assert ready.json()["dependencies"] == {"neo4j": "ok", "cache": "down: answers are slower"}


def test_the_graph_is_closed_after_the_last_request() -> None:
    closed: list[str] = []
    with unreachable(1) as graph, asyncio.Runner() as runner:
        app = compose(graph, ApiSettings(), lambda: closed.append("graph"))

        async def live() -> None:
            async with app.router.lifespan_context(app):
                assert not closed

        runner.run(live())
    assert closed == ["graph"]


def test_a_crowd_is_answered_or_refused_at_once_and_nobody_waits_for_nothing(graph: Graph) -> None:
    write_world(graph, shelf())
    query = """query ($user: ID!) { recommendations(userId: $user, first: 3, strategy: "co-occurrence")
        { recommendations { item { id } } } }"""
    with running_client(graph, most_requests=4, threads=2) as client:
        expected = {f"user-{k}": client.ask(query, user=f"user-{k}") for k in range(10)}

        async def one(user: str) -> tuple[str, httpx.Response]:
            return user, await client.http.post("/graphql", json={"query": query, "variables": {"user": user}})

        async def crowd() -> list[tuple[str, httpx.Response]]:
            return await asyncio.gather(*(one(f"user-{k % 10}") for k in range(200)))

        statuses: Counter[int] = Counter()
        for user, response in client.run(crowd()):
            statuses[response.status_code] += 1
            if response.status_code == httpx.codes.OK:
                assert response.json()["data"] == expected[user]
            else:
                assert response.headers["retry-after"] == "1"
                assert response.json()["errors"][0]["extensions"]["code"] == "OVERLOADED"
        assert set(statuses) == {200, 503}
        assert statuses[200] >= 4
        assert client.ask(query, user="user-1") == expected["user-1"]
