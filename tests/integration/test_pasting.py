"""Explanations as queries to paste: they run as they are, and show the path that was told."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from neo4j.graph import Path

from graph.client import Graph
from graph.errors import InputError
from graph.models import BLEND
from graph.pasting import literal, pasted
from tests.worlds.api import Client, running_client
from tests.worlds.strategies import taught_checkerboard

ASK = """query ($user: ID!, $strategy: String) { recommendations(userId: $user, first: 3, strategy: $strategy) {
  recommendations { item { id } reasons { source sourceShare share cypher path { nodes { id label } } } } } }"""


@pytest.fixture(scope="module")
def client(connected_graph: Graph) -> Iterator[Client]:
    taught_checkerboard(connected_graph)
    with running_client(connected_graph) as running:
        yield running


@pytest.mark.parametrize("strategy", ["co-occurrence", "content", "item-item", "lightgcn", "popular", BLEND])
def test_what_is_pasted_runs_and_shows_the_path(client: Client, connected_graph: Graph, strategy: str) -> None:
    found = client.ask(ASK, user="u00", strategy=strategy)["recommendations"]["recommendations"]
    reasons = [(one["item"]["id"], reason) for one in found for reason in one["reasons"]]
    assert reasons
    for item, reason in reasons:
        assert "$" not in re.sub(r'"[^"]*"', "", reason["cypher"])
        records = connected_graph._driver.execute_query(reason["cypher"]).records
        assert records
        shown = {
            node.get("id", node.get("name"))
            for record in records
            for value in record.values()
            for node in (value.nodes if isinstance(value, Path) else [value] if hasattr(value, "labels") else [])
        }
        told = {node["id"] for node in reason["path"]["nodes"] if node["id"] != "another-user"}
        assert item in told
        assert told <= shown


LED = {"userId": "u00", "knownId": "i02", "itemId": "i00"}


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("paths/similar", LED | {"by": "co-occurrence"}),
        ("paths/people", LED),
        ("paths/tag", LED | {"tag": "even"}),
        ("paths/near", LED | {"model": "lightgcn"}),
        ("paths/alone", {"itemId": "i00"}),
    ],
)
def test_each_path_is_found_by_parameters_too(
    client: Client, connected_graph: Graph, name: str, parameters: dict[str, str]
) -> None:
    assert client.ask("{ me { kind } }")
    assert connected_graph.read(name, **parameters)


def test_a_blend_tells_each_source_and_its_share(client: Client) -> None:
    found = client.ask(ASK, user="u00", strategy=BLEND)["recommendations"]["recommendations"]
    for one in found:
        shares = [reason["sourceShare"] for reason in one["reasons"]]
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) == pytest.approx(1.0)
        assert {reason["source"] for reason in one["reasons"]} <= {"lightgcn", "item-item"}
    assert any(len(one["reasons"]) == 2 for one in found)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_a_literal_is_the_text_that_it_stands_for(connected_graph: Graph, text: str) -> None:
    query = f"RETURN {literal(text)} AS text"
    (record,) = connected_graph._driver.execute_query(query).records
    assert record["text"] == text


def test_a_query_cannot_be_broken_out_of() -> None:
    text = pasted("paths/alone", itemId='x"}) DETACH DELETE n //')
    assert '\\"})' in text
    with pytest.raises(InputError, match="needs itemId"):
        pasted("paths/alone")
