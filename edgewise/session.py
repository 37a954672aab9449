"""Opens the graph that a command works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from graph.client import Graph, connect
from graph.embedded import EmbeddedNeo4j
from graph.schema import migrate
from graph.settings import EmbeddedSettings, Neo4jSettings, read_settings


def neo4j_settings() -> Neo4jSettings:
    """The server that EDGEWISE_NEO4J_URI names, else the embedded one, which is started if it does not run."""
    settings = read_settings(Neo4jSettings)
    if settings.uri is not None:
        return settings
    return EmbeddedNeo4j(read_settings(EmbeddedSettings)).start()


@contextmanager
def open_graph() -> Iterator[Graph]:
    """The graph with its schema up to date; closed at the end. An embedded server that it started keeps running."""
    graph = connect(neo4j_settings())
    try:
        migrate(graph)
        yield graph
    finally:
        graph.close()
