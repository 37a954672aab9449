"""A scratch graph: an embedded server in a folder of its own, gone without a trace at the end."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from graph.client import Graph, connect
from graph.distribution import Progress, unreported
from graph.embedded import EmbeddedNeo4j
from graph.schema import migrate
from graph.server_process import free_port
from graph.settings import EmbeddedSettings, read_settings

ANY_PORT = 0
PREFIX = "edgewise-scratch-"


@contextmanager
def scratch_graph(progress: Progress = unreported) -> Iterator[Graph]:
    """An empty graph with the schema applied, on loopback; its server is stopped and its folder removed at the end.

    Also after an error or Ctrl-C. Memory, Java and jars are those of EDGEWISE_EMBEDDED_…; its ports are any free ones,
    so that it is in nobody's way. The folder is below TMPDIR. Raises EmbeddedError if the server does not start.
    """
    with tempfile.TemporaryDirectory(prefix=PREFIX) as folder:
        bolt_port = free_port(ANY_PORT)
        http_port = free_port(ANY_PORT, taken=(bolt_port,))
        settings = read_settings(EmbeddedSettings, home=Path(folder), bolt_port=bolt_port, http_port=http_port)
        server = EmbeddedNeo4j(settings, progress)
        try:
            with closing(connect(server.start())) as graph:
                migrate(graph)
                yield graph
        finally:
            server.stop()
