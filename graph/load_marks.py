"""Marks of what an unfinished load has written, so that it goes on where it was stopped."""

from __future__ import annotations

from graph.client import Graph


def loaded_chunks(graph: Graph, source: str) -> set[str]:
    """Digests of the chunks of `source` that are in the graph as a whole."""
    return {row["digest"] for row in graph.read("ingest/loaded_chunks", source=source)}


def mark_chunk(graph: Graph, source: str, digest: str) -> None:
    """Remember that every event of a chunk is in the graph."""
    graph.write("ingest/mark_chunk", source=source, digest=digest)


def forget_chunks(graph: Graph, source: str) -> None:
    """Forget all marks of `source`: its load is finished."""
    graph.write("ingest/forget_chunks", source=source)
