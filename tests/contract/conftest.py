from __future__ import annotations

import pytest

from graph.client import Graph
from tests.worlds.strategies import taught_checkerboard


@pytest.fixture(scope="module")
def board(connected_graph: Graph) -> Graph:
    """The checkerboard with everything derived; tests that read share it."""
    return taught_checkerboard(connected_graph)
