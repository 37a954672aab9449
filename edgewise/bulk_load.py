"""Fills the empty embedded graph from a source with the official import tool."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from graph.bulk_import import bulk_import, finish_import, has_database
from graph.client import connect
from graph.embedded import EmbeddedNeo4j
from graph.errors import ConfigurationError
from graph.settings import EmbeddedSettings, Neo4jSettings, PopularitySettings, PreferenceSettings, read_settings
from graph.statistics import holdings
from loaders.bulk import write_bulk
from loaders.rejects import RejectsFile
from loaders.report import LoadReport, Progress
from loaders.source import Source


def load_in_bulk(source: Source, rejects: RejectsFile, progress: Progress) -> LoadReport:
    """Write `source` as files and import them; the server is started, and its schema is up to date.

    Raises ConfigurationError if the graph is on another server or holds anything, SourceError, EmbeddedError; nothing
    has been imported then.
    """
    if uri := read_settings(Neo4jSettings).uri:
        raise ConfigurationError(
            f"--bulk fills the embedded server's files, but EDGEWISE_NEO4J_URI names {uri}. Unset it, or load without "
            "--bulk."
        )
    settings = read_settings(EmbeddedSettings)
    server = EmbeddedNeo4j(settings)
    preferences, popularity = read_settings(PreferenceSettings), read_settings(PopularitySettings)
    started = perf_counter()
    refuse_filled(server)
    settings.home.mkdir(parents=True, exist_ok=True)
    # Beside the graph, since it takes as much room and the place for temporary files may be small.
    with tempfile.TemporaryDirectory(prefix="bulk-", dir=settings.home) as folder:
        report = write_bulk(
            source,
            Path(folder),
            preferences=preferences,
            popularity=popularity,
            rejects=rejects,
            now=datetime.now(UTC),
            progress=progress,
        )
        imported = bulk_import(server, Path(folder), replace=True)
    graph = connect(server.start())
    try:
        finish_import(graph, imported, preferences, popularity)
    finally:
        graph.close()
    return replace(report, seconds=perf_counter() - started)


def refuse_filled(server: EmbeddedNeo4j) -> None:
    """Stop the server. Raises ConfigurationError, upon which it runs, if the graph holds anything but a schema."""
    if not has_database(server):
        return
    graph = connect(server.start())
    try:
        nodes = holdings(graph)
    finally:
        graph.close()
    if nodes:
        raise ConfigurationError(
            f"--bulk needs an empty graph; {server.home} holds {nodes:,} nodes, and nothing was changed. Load without "
            "--bulk, or into a new folder: EDGEWISE_EMBEDDED_HOME=…"
        )
    server.stop()
