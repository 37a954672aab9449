"""Notes which queries this session runs, and which tests it collected."""

from __future__ import annotations

from pathlib import Path

import pytest

import graph.client
from graph.queries import Query
from tests.architecture.checkout import ROOT

LAST = "test_every_query_is_tested.py"
RUN: set[str] = set()
COLLECTED: set[Path] = set()
_checked = graph.client.checked


@pytest.fixture(scope="session")
def queries_run() -> set[str]:
    """Names of the queries that have run in this session."""
    return RUN


@pytest.fixture(scope="session")
def files_left_out() -> list[str]:
    """Test files that this session found no test in: it is a partial run, or something is not installed."""
    return sorted(path.name for path in (ROOT / "tests").rglob("test_*.py") if path not in COLLECTED)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the test of what was run last; take notes from here on."""
    COLLECTED.update(item.path for item in items)
    items.sort(key=lambda item: item.path.name == LAST)
    graph.client.checked = _noted


def _noted(name: str, parameters: dict[str, object]) -> Query:
    RUN.add(name)
    return _checked(name, parameters)
