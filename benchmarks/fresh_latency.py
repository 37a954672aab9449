"""How long it takes until what is new counts: `python -m benchmarks.fresh_latency [--data DIR] [--out FILE]`.

Everything is loaded into a scratch Neo4j and trained. `fold` is the arithmetic alone; `answer` an answer of ten by
the strategy to users with three likes that the training had not, `trained answer` to users without any such; `sent`
three likes of a new user over HTTP to one replica, `next answer` what another one answers after that, titles included;
`placed` a new item written and placed in the models that serve.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer

from benchmarks.fresh_answers import TIMES, Millis, in_memory, over_graph, over_http, placing
from benchmarks.fresh_bench import FreshBench
from benchmarks.movielens_data import MOVIELENS
from benchmarks.report import Report, versions
from gnn.train import train
from graph.client import Graph
from graph.models import MODELS
from graph.scratch import scratch_graph
from graph.settings import PopularitySettings, PreferenceSettings
from loaders.load import load
from loaders.movielens import MovieLens
from loaders.rejects import RejectsFile
from loaders.report import LoadOptions


def latency(bench: FreshBench, graph: Graph) -> None:
    """Of each model on `graph`, which holds the data."""
    for model in MODELS:
        train(graph, [model], bench.settings)
        for count in (3, 100):
            _times(bench, model, f"fold, {count} likes", in_memory(graph, model, count, bench.settings.seed))
        users = [f"{model}-newcomer-{k}" for k in range(TIMES)]
        sent, answered = over_http(graph, model, users, bench.data.item_ids, bench.settings.seed)
        _times(bench, model, "trained answer", over_graph(graph, model, bench.data.user_ids[:TIMES]))
        _times(bench, model, "answer", over_graph(graph, model, users))
        _times(bench, model, "sent", sent)
        _times(bench, model, "next answer", answered)
    _times(bench, f"{len(MODELS)} models", "placed", placing(graph))


def _times(bench: FreshBench, case: str, step: str, took: Millis) -> None:
    for percent in (50, 99):
        bench.row(case, f"p{percent}_ms, {step}", float(np.percentile(took, percent)), "ms")


def loaded(graph: Graph, folder: Path) -> None:
    """Load a folder of MovieLens, as `edgewise load` does."""
    with TemporaryDirectory() as scratch, RejectsFile(Path(scratch) / "rejects.csv") as rejects:
        preferences, popularity = PreferenceSettings(), PopularitySettings()
        load(graph, MovieLens(folder), LoadOptions(), preferences=preferences, popularity=popularity, rejects=rejects)


def main(
    data: Annotated[Path, typer.Option(help="Folder of MovieLens with ratings.csv and movies.csv.")] = MOVIELENS,
    seed: Annotated[int, typer.Option(help="Where randomness starts.")] = 2026,
    out: Annotated[Path | None, typer.Option(help="Where the JSON goes; else benchmarks/results.")] = None,
) -> None:
    """Time folding in and placing."""
    bench = FreshBench.on(data, Report("fresh-latency", **versions("torch", "fastapi", "strawberry-graphql")), seed)
    with scratch_graph() as graph:
        loaded(graph, data)
        latency(bench, graph)
    bench.finish(out)


if __name__ == "__main__":
    typer.run(main)
