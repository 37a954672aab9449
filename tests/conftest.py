"""Real servers for every test: Neo4j and Redis, started once a session and stopped by us."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.client import Graph, connect
from graph.embedded import EmbeddedNeo4j
from graph.schema import erase, migrate
from graph.settings import EmbeddedSettings, Neo4jSettings
from tests.redis_server import running_redis

SHARED_DATA = Path(os.environ.get("EDGEWISE_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))


@pytest.fixture(scope="session")
def neo4j_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4jSettings]:
    """A running embedded server; EDGEWISE_TEST_HOME names a folder whose server is kept between sessions."""
    kept = os.environ.get("EDGEWISE_TEST_HOME")
    home = Path(kept) if kept else tmp_path_factory.mktemp("neo4j")
    server = EmbeddedNeo4j(EmbeddedSettings(home=home, heap_mb=1024, page_cache_mb=512))
    yield server.start()
    if not kept:
        server.stop()


@pytest.fixture(scope="session")
def connected_graph(neo4j_settings: Neo4jSettings) -> Iterator[Graph]:
    graph = connect(neo4j_settings)
    yield graph
    graph.close()


@pytest.fixture
def graph(connected_graph: Graph) -> Graph:
    """An empty graph with the schema applied."""
    erase(connected_graph)
    migrate(connected_graph)
    return connected_graph


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running Redis."""
    with running_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets; skips where it is missing."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the real data sets are not at {SHARED_DATA}; set EDGEWISE_TEST_DATA to their folder")
    return SHARED_DATA
