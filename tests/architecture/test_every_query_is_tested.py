"""Every .cypher file has a function that runs it, and a test that does so."""

from __future__ import annotations

import pytest

from graph.queries import load_queries
from tests.architecture.checkout import modules_of

RUN_BY_NAME = {"schema", "explore"}
"""Folders whose queries are found by listing the folder: migrations, and the queries for people."""


@pytest.mark.parametrize("name", [name for name in load_queries() if name.split("/")[0] not in RUN_BY_NAME])
def test_a_query_is_run_by_graph(name: str) -> None:
    places = [
        f"{module.name}:{line}" for module in modules_of("graph") for text, line in module.strings() if text == name
    ]
    assert places, f"no function of graph/ runs {name}; write one, or delete the file"


@pytest.mark.parametrize("package", ["api", "edgewise", "gnn", "loaders", "recommend"])
def test_only_graph_names_queries(package: str) -> None:
    named = [f"{m.name}:{line}" for m in modules_of(package) for text, line in m.strings() if text in load_queries()]
    assert not named, f"call a function of graph/ instead: {named}"


def test_every_query_was_run_in_this_session(
    request: pytest.FixtureRequest, queries_run: set[str], files_left_out: list[str]
) -> None:
    if files_left_out or request.config.getoption("keyword"):
        pytest.skip(f"only a run of every test shows which queries are run; without: {files_left_out[:3]} …")
    never_run = sorted(set(load_queries()) - queries_run)
    assert not never_run, f"no test runs {never_run}"
