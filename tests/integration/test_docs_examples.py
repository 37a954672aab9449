"""Every example of the page for those who come from REST runs as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.client import Graph
from graph.schema import erase, migrate
from tests.worlds.api import Client, running_client, shelf
from tests.worlds.world import write_world

PAGE = Path(__file__).parents[2] / "docs" / "coming-from-rest.md"
TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```graphql\n(.*?)```", TEXT, flags=re.DOTALL)


@pytest.fixture(scope="module")
def client(connected_graph: Graph) -> Iterator[Client]:
    erase(connected_graph)
    migrate(connected_graph)
    write_world(connected_graph, shelf())
    with running_client(connected_graph) as running:
        yield running


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: " ".join(re.findall(r"\w+", text)[:3]))
def test_an_example_runs(client: Client, example: str) -> None:
    found = client.ask(example)
    assert found
    assert all(value is not None for value in found.values())


def test_every_operation_of_the_table_has_an_example() -> None:
    named = set(re.findall(r"\[?`(\w+)(?:\(| \{|`)", "\n".join(re.findall(r"^\|.*\|$", TEXT, flags=re.MULTILINE))))
    named -= {"GET", "POST", "DELETE"}
    asked = set(re.findall(r"\w+", "\n".join(EXAMPLES)))
    assert named
    assert named <= asked


def test_every_link_leads_to_a_heading() -> None:
    headings = {f"#{name.lower()}" for name in re.findall(r"^## (\w+)$", TEXT, flags=re.MULTILINE)}
    assert set(re.findall(r"\((#\w+)\)", TEXT)) <= headings
