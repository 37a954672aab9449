"""Writes a neighbourhood or the whole graph to files, without ids of people; all of it appears at once or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from graph.client import Graph
from graph.edge_lists import pages, tables, write_table
from graph.errors import InputError
from graph.neighbourhood import Neighbourhood
from graph.networkx_export import (
    Network,
    neighbourhood_network,
    whole_network,
    write_graphml,
    write_json,
    write_parquet,
)
from graph.pseudonyms import Pseudonyms
from graph.settings import ExportSettings

Format = Literal["graphml", "json", "parquet"]
Progress = Callable[[str, int], None]
"""Told the name of a table and how many rows were written to it since the last call."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written where. `cut` says in words what was left out; empty if nothing was."""

    path: Path
    rows: dict[str, int]
    cut: str = ""


def export_neighbourhood(
    found: Neighbourhood, path: Path, form: Format, pseudonyms: Pseudonyms, *, force: bool = False
) -> ExportReport:
    """Write a neighbourhood to one file, or for Parquet to a folder with nodes.parquet and edges.parquet.

    Raises InputError if `path` exists and `force` is not set.
    """
    network = neighbourhood_network(found, pseudonyms)
    with replacing(path, force=force) as part:
        _write_network(network, part, form)
    rows = {"nodes": network.number_of_nodes(), "edges": network.number_of_edges()}
    return ExportReport(path, rows, found.cut())


def export_graph(
    graph: Graph,
    path: Path,
    form: Format,
    pseudonyms: Pseudonyms,
    settings: ExportSettings,
    *,
    events: bool = False,
    force: bool = False,
    progress: Progress = lambda _table, _rows: None,
) -> ExportReport:
    """Write the whole graph: Parquet edge lists stream into a folder, the other two are made in memory.

    `events` adds the raw events to the preferences that were derived from them. Raises InputError if `path` exists and
    `force` is not set, or if the graph is larger than settings.memory_limit for a form made in memory.
    """
    if form != "parquet":
        _refuse_large(graph, settings, form)
    with replacing(path, force=force) as part:
        if form == "parquet":
            rows = _stream(graph, part, pseudonyms, settings.page, progress, events=events)
        else:
            network = whole_network(graph, pseudonyms, settings.page, events=events)
            _write_network(network, part, form)
            rows = {"nodes": network.number_of_nodes(), "edges": network.number_of_edges()}
    return ExportReport(path, rows)


@contextmanager
def replacing(path: Path, *, force: bool) -> Iterator[Path]:
    """A path beside `path` to write to, which takes its place at the end; removed if the writing fails.

    Raises InputError if `path` exists and `force` is not set, or is a folder with anything but Parquet files in it.
    """
    _refuse_existing(path, force=force)
    part = path.with_name(f".{path.name}.part")
    _remove(part)
    try:
        yield part
        if path.is_dir() or part.is_dir():
            _remove(path)
        part.replace(path)
    finally:
        _remove(part)


def _refuse_existing(path: Path, *, force: bool) -> None:
    if not path.parent.is_dir():
        raise InputError(f"There is no folder {path.parent}; make it, or choose another --out.")
    if not path.exists():
        return
    if not force:
        raise InputError(f"{path} exists; choose another --out, or add --force to replace it.")
    if path.is_dir() and any(child.suffix != ".parquet" for child in path.iterdir()):
        raise InputError(f"{path} holds more than an export, so it is not replaced; choose another --out.")


def _refuse_large(graph: Graph, settings: ExportSettings, form: Format) -> None:
    size = graph.read("export/graph_size")[0]["relationships"]
    if size > settings.memory_limit:
        raise InputError(
            f"The graph has {size:,} relationships, too many for {form}, which is made in memory "
            f"(EDGEWISE_EXPORT_MEMORY_LIMIT={settings.memory_limit}); use --format parquet, or --user or --item."
        )


def _stream(
    graph: Graph, folder: Path, pseudonyms: Pseudonyms, page: int, progress: Progress, *, events: bool
) -> dict[str, int]:
    folder.mkdir()
    rows: dict[str, int] = {}
    for table in tables(events=events):
        rows[table.name] = 0
        for count in write_table(table, pages(graph, table, page), folder, pseudonyms):
            rows[table.name] += count
            progress(table.name, count)
    return rows


def _write_network(network: Network, path: Path, form: Format) -> None:
    if form == "graphml":
        write_graphml(network, path)
    elif form == "json":
        write_json(network, path)
    else:
        write_parquet(network, path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
