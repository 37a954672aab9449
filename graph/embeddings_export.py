"""Writes the vectors of the run that serves a model to Parquet, without ids of people."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from graph.client import Graph, Row
from graph.errors import ModelError
from graph.export import ExportReport, Progress, replacing
from graph.models import MODELS, ActiveRun, require_active_run
from graph.paging import keyed_pages
from graph.pseudonyms import Pseudonyms

TABLES = {"users": ("User", "models/user_vector_page"), "items": ("Item", "models/item_vector_page")}
"""Files by name: whose vectors, and the query that pages through them."""


def export_embeddings(
    graph: Graph,
    model: str,
    path: Path,
    pseudonyms: Pseudonyms,
    page: int,
    *,
    force: bool = False,
    progress: Progress = lambda _table, _rows: None,
) -> ExportReport:
    """Write users.parquet and items.parquet, `id` and `vector` each, into the folder `path`: all of it or nothing.

    Vectors are float32, as searched: after the run's `embedding_size` coordinates of taste come those of biases. Model,
    run and that size are in the files' metadata. Raises ModelError for a model without vectors, ModelNotTrained, and
    InputError as other exports do.
    """
    if model not in MODELS:
        raise ModelError(f"{model} keeps no vectors; choose one of {', '.join(MODELS)}.")
    run = require_active_run(graph, model)
    with replacing(path, force=force) as part:
        part.mkdir()
        rows = {name: _write(graph, run, name, part, pseudonyms, page=page, progress=progress) for name in TABLES}
    return ExportReport(path, rows)


def _write(
    graph: Graph, run: ActiveRun, name: str, folder: Path, pseudonyms: Pseudonyms, *, page: int, progress: Progress
) -> int:
    """One table, page by page; returns how many rows it has."""
    label, query = TABLES[name]
    count = 0
    with ExitStack() as stack:
        writer: pq.ParquetWriter | None = None
        for found in keyed_pages(graph, query, "id", page, property=run.vector_property):
            table = _table(found, label, run, pseudonyms)
            if writer is None:
                writer = stack.enter_context(pq.ParquetWriter(folder / f"{name}.parquet", table.schema))
            writer.write_table(table)
            count += len(found)
            progress(name, len(found))
    return count


def _table(found: list[Row], label: str, run: ActiveRun, pseudonyms: Pseudonyms) -> pa.Table:
    width = len(found[0]["vector"])
    values = pa.array([value for row in found for value in row["vector"]], type=pa.float32())
    about = {"model": run.model, "run": run.id, "embedding_size": str(run.embedding_size)}
    return pa.table(
        {
            "id": [pseudonyms.of(label, row["id"]) for row in found],
            "vector": pa.FixedSizeListArray.from_arrays(values, width),
        },
        metadata=about,
    )
