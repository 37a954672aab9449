"""Loads a source as a process of its own, which a test can kill.

Run as `python -m tests.worlds.loading_process EVENTS REJECTS`.

The graph is that of the environment. Prints the number of events that are done, a line each time.
"""

from __future__ import annotations

import sys
from pathlib import Path

from graph.client import connect
from graph.settings import Neo4jSettings, PopularitySettings, PreferenceSettings
from loaders.load import load
from loaders.rejects import RejectsFile
from loaders.report import LoadOptions
from tests.worlds.listed_source import crossing_source


def main(events: int, rejects: Path) -> None:
    graph = connect(Neo4jSettings())
    with RejectsFile(rejects) as file:
        load(
            graph,
            crossing_source(events),
            LoadOptions(batch_size=50),
            preferences=PreferenceSettings(),
            popularity=PopularitySettings(),
            rejects=file,
            progress=lambda stage, done: print(stage, done, flush=True),  # noqa: T201  the test reads it
        )


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
