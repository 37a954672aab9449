"""The events of a load: read in chunks, written in cells, marked when all of a chunk is in the graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from threading import Lock

from graph.client import Graph
from graph.ingest import record_events
from graph.load_marks import forget_chunks, loaded_chunks, mark_chunk
from graph.records import Event
from graph.settings import PopularitySettings, PreferenceSettings
from loaders.cells import Cell, CellWriters, cell_of, cells_of
from loaders.rejects import RejectsFile
from loaders.report import Counts, LoadOptions, Progress
from loaders.source import Rejected, Source


@dataclass(slots=True)
class Chunk:
    """Consecutive events of a source. `open_cells` counts those parts that are not in the graph yet."""

    digest: str
    events: list[Event]
    rejected: int
    open_cells: int = 0


@dataclass(slots=True)
class _Task:
    chunk: Chunk
    events: list[Event]


def chunks(rows: Iterator[Event | Rejected], size: int, rejects: RejectsFile) -> Iterator[Chunk]:
    """Cut `rows` after every `size`, rejected ones put aside.

    The digest covers the event ids, so that a mark fits only the same events: a file that has changed since is
    looked up again from the chunk that changed.
    """
    while taken := list(islice(rows, size)):
        events = [row for row in taken if isinstance(row, Event)]
        for row in taken:
            if isinstance(row, Rejected):
                rejects.add(row)
        digest = blake2b("\0".join(event.event_id for event in events).encode(), digest_size=16).hexdigest()
        yield Chunk(digest, events, len(taken) - len(events))


@dataclass(slots=True)
class EventStage:
    """Writes the events of one source into one graph; used once."""

    graph: Graph
    source: Source
    options: LoadOptions
    preferences: PreferenceSettings
    popularity: PopularitySettings
    progress: Progress
    _counts: Counts = field(default_factory=Counts)
    _lock: Lock = field(default_factory=Lock)

    def run(self, rejects: RejectsFile) -> Counts:
        """Write all events; at the end the marks are removed, so that a later load looks at everything again."""
        parts = self.options.threads
        known = loaded_chunks(self.graph, self.source.name) if self.options.resume else set()
        size = self.options.batch_size * cells_of(parts)
        with CellWriters(self._write, parts) as writers:
            for chunk in chunks(self.source.events(), size, rejects):
                if chunk.digest in known:
                    self._count(0, len(chunk.events), chunk.rejected)
                    continue
                self._count(0, 0, chunk.rejected)
                cells = _cells(chunk.events, parts)
                chunk.open_cells = len(cells)
                for cell, events in cells.items():
                    writers.put(cell, _Task(chunk, events))
        forget_chunks(self.graph, self.source.name)
        return self._counts

    def _write(self, task: _Task) -> None:
        report = record_events(self.graph, task.events, self.preferences, self.popularity)
        self._count(report.new, report.repeated, 0)
        with self._lock:
            task.chunk.open_cells -= 1
            finished = task.chunk.open_cells == 0
        if finished:
            mark_chunk(self.graph, self.source.name, task.chunk.digest)

    def _count(self, new: int, repeated: int, rejected: int) -> None:
        with self._lock:
            self._counts.new += new
            self._counts.repeated += repeated
            self._counts.rejected += rejected
            self.progress("events", self._counts.rows)


def _cells(events: list[Event], parts: int) -> dict[Cell, list[Event]]:
    cells: dict[Cell, list[Event]] = {}
    for event in events:
        cells.setdefault(cell_of(event.user_id, event.item_id, parts), []).append(event)
    return cells
