"""The learned item-item graph end to end: `python -m benchmarks.item_item_graph [--data DIR] [--out FILE]`.

The train part of a standard split is loaded into a scratch Neo4j, item-item is trained there as `edgewise train` does
(the form is chosen on a validation part of train, where that is quick), all its edges are read back out of Neo4j, and
by these every test user is judged on the test part. `train_s` is all that a training takes: `select_s` is that choice,
`judge_s` the judging without the newest preferences that every training does, `fit_s` the fit that serves, `write_s`
emptying the slot, writing and checking. `…_cpu_s` is how long this process computed in a step, which a machine that is
busy with something else changes little; `others_cores` says how busy it was during the training. `dense` are all
edges, `kept` the `top_k` per item that are written, both for the same sample of up to 3,000 test users. `agree` is the
share of a sample of users to whom the strategy, asked in the graph, gives the very list that the edges read back give,
where scores that differ by rounding alone may change places. `peak_mb` is the most memory resident at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Annotated

import numpy as np
import psutil
import typer
from numpy.typing import NDArray
from rich.console import Console
from scipy.sparse import csr_array

from benchmarks.contention import Contention
from benchmarks.pairs_data import DATA, standard_split
from benchmarks.report import Report
from gnn.item_item import choose, fit_item_item, judge, truncation
from gnn.model_settings import ItemItemSettings
from gnn.ranking import Rows, pair_matrix
from gnn.settings import TrainingSettings
from gnn.splits import Split
from gnn.train_item_item import LearnedItems, item_item_quality, write_items
from graph.client import Graph
from graph.item_item import read_edges
from graph.models import ITEM_ITEM, RunFacts, activate, finish_run, require_active_run, start_run
from graph.records import Scored
from graph.scratch import scratch_graph
from graph.settings import PopularitySettings, PreferenceSettings, read_settings
from graph.training_data import positive_preferences
from loaders.load import load
from loaders.pairs import Pairs
from loaders.rejects import RejectsFile
from loaders.report import LoadOptions
from recommend.item_item import ItemItemRecommender
from recommend.protocol import Ask
from recommend.settings import RecommendSettings

RUN = "item-item-benchmark"
TOP_K = 20
ASKED = 200
"""Users whom the strategy itself is asked for."""
DEEP = 300
"""Items that a blend asks for."""
ROUNDING = 1e-5
"""Relative difference of scores that are taken as equal: edges are float32, sums are made in another order."""
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ItemGraphBench:
    """One split, its graph, and the report that takes the figures."""

    graph: Graph
    split: Split
    dataset: str
    report: Report
    seed: int
    console: Console
    server: psutil.Process

    def load(self, folder: Path) -> None:
        """The train part, as `edgewise load` does."""
        with self._step("load"):
            loaded(self.graph, folder)

    def train(self, settings: TrainingSettings) -> ItemItemSettings:
        """As `edgewise train --model item-item`, timed; returns what was chosen."""
        contention = Contention(self.server.pid)
        with self._step("train"):
            chosen = self._trained(settings)
        self._row("others_cores", contention.cores(), "cores")
        return chosen

    def _trained(self, settings: TrainingSettings) -> ItemItemSettings:
        with self._step("read"):
            data = positive_preferences(self.graph)
        start_run(self.graph, ITEM_ITEM, RUN, settings.of(ITEM_ITEM), {})
        with self._step("select"):
            choice = choose(data, settings.item_item)
        self.console.print(f"chosen of {choice.tried}: {choice.settings.model_dump()}")
        with self._step("judge"):
            metrics = item_item_quality(data, choice, settings.validation_last)
        with self._step("fit"):
            weights = fit_item_item(data, choice.settings)
        with self._step("write") as took:
            write_items(self.graph, RUN, LearnedItems(data.item_ids, weights, metrics))
        self._row("top_k", choice.settings.top_k)
        self._row("edges", weights.nnz)
        self._row("write_per_s", weights.nnz / took[0], "edges/s")
        facts = RunFacts(0, len(data.user_ids), len(data.item_ids), len(data), 0.0, data.cut, metrics)
        finish_run(self.graph, RUN, facts)
        activate(self.graph, RUN)
        return choice.settings

    def lose(self, chosen: ItemItemSettings) -> None:
        """What keeping few edges per item loses, on a sample of the test users."""
        for name, value in truncation(self.split, chosen, TOP_K).items():
            dense, metric = name.startswith("dense_"), name.removeprefix("dense_")
            self._row(f"{metric}@{TOP_K} of a sample, {'dense' if dense else 'kept'}", value)

    def read_back(self) -> csr_array:
        """The edges of the active run, read out of the graph, over the item rows of the split: float32[m, m]."""
        with self._step("read_back"):
            return edges_of(self.graph, self.split.train.item_ids)

    def judge(self, weights: csr_array) -> None:
        """All test users by the edges that were read back."""
        for metric, value in judge(weights, self.split, TOP_K).items():
            self._row(f"{metric}@{TOP_K}", value)

    def ask(self, weights: csr_array) -> None:
        """A sample of users by the strategy: whether it gives the same lists, and how long an answer takes."""
        strategy = ItemItemRecommender(self.graph, RecommendSettings())
        tested = np.unique(self.split.test.users)
        random = np.random.default_rng(self.seed)
        rows = np.sort(random.choice(tested, min(ASKED, len(tested)), replace=False))
        users = [self.split.train.user_ids[row] for row in rows.tolist()]
        for first in (TOP_K, DEEP):
            answers, took = [], []
            for user in users:
                started = perf_counter()
                answers.extend(strategy.candidates([Ask(user, first)]))
                took.append(1e3 * (perf_counter() - started))
            for percent in (50, 95, 99):
                self._row(f"p{percent}_ms, first {first}", float(np.percentile(took, percent)), "ms")
            expected = best_scores(self.split, weights, rows, first)
            same = [_same(found, best) for found, best in zip(answers, expected, strict=True)]
            self._row(f"agree, first {first}", float(np.mean(same)))

    def weigh(self) -> None:
        """The memory of this process and of the server."""
        for name, process in (("own", psutil.Process()), ("server", self.server)):
            self._row(f"peak_mb, {name}", peak_mb(process), "MB")

    @contextmanager
    def _step(self, name: str) -> Iterator[list[float]]:
        """Time a step; its seconds are the one entry of what is yielded, afterwards."""
        took: list[float] = []
        started, worked = perf_counter(), process_time()
        yield took
        took.append(perf_counter() - started)
        self._row(f"{name}_s", took[0], "s")
        self._row(f"{name}_cpu_s", process_time() - worked, "s")

    def _row(self, metric: str, value: float, unit: str = "") -> None:
        self.console.print(f"{metric}: {value:,.4f} {unit}")
        self.report.row(self.dataset, ITEM_ITEM, metric, value=float(value), unit=unit, seed=self.seed)


def edges_of(graph: Graph, item_ids: list[str]) -> csr_array:
    """The edges of the active run of item-item, read out of the graph: float32[m, m] over `item_ids`."""
    row_of = {item: row for row, item in enumerate(item_ids)}
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for one in read_edges(graph, item_ids, require_active_run(graph, ITEM_ITEM).slot):
        rows.extend([row_of[one.item_id]] * len(one.ids))
        columns.extend(row_of[other] for other in one.ids)
        values.extend(one.scores)
    shape = (len(item_ids), len(item_ids))
    return csr_array((np.asarray(values, dtype=np.float32), (rows, columns)), shape=shape)


def best_scores(split: Split, weights: csr_array, rows: Rows, first: int) -> list[Scores]:
    """For each user row the `first` highest scores, all above 0, of what is not a train pair: float64[<= first]."""
    seen = pair_matrix(split.train)
    scores = (seen[rows].astype(np.float64) @ weights.astype(np.float64)).toarray()
    scores[seen[rows].toarray() > 0] = 0.0
    best = -np.sort(-scores, axis=1)[:, :first]
    return [own[own > 0] for own in best]


def loaded(graph: Graph, folder: Path) -> None:
    """Load the train part of a standard split, as `edgewise load` does."""
    train = next(path for path in sorted(folder.glob("train.txt*")))
    source = Pairs([train], datetime(2026, 1, 1, tzinfo=UTC), name=folder.name)
    with TemporaryDirectory() as scratch, RejectsFile(Path(scratch) / "rejects.csv") as rejects:
        preferences, popularity = PreferenceSettings(), PopularitySettings()
        load(graph, source, LoadOptions(), preferences=preferences, popularity=popularity, rejects=rejects)


def main(
    data: Annotated[Path, typer.Option(help="Folder of standard splits.")] = DATA,
    dataset: Annotated[str, typer.Option(help="Its folder with train.txt(.gz) and test.txt(.gz).")] = "gowalla",
    seed: Annotated[int, typer.Option(help="Where randomness starts.")] = 2026,
    out: Annotated[Path | None, typer.Option(help="Where the JSON goes; else benchmarks/results.")] = None,
) -> None:
    """Train item-item in a graph, read its edges back, and judge these and the strategy."""
    console = Console()
    report = Report("item-item-graph", scipy=version("scipy"))
    split = standard_split(data / dataset).split
    with scratch_graph() as graph:
        bench = ItemGraphBench(graph, split, dataset, report, seed, console, server_process())
        bench.load(data / dataset)
        chosen = bench.train(read_settings(TrainingSettings, seed=seed))
        weights = bench.read_back()
        bench.judge(weights)
        bench.ask(weights)
        bench.lose(chosen)
        bench.weigh()
    report.show(console)
    console.print(f"Written to {report.write(out)}")


def server_process() -> psutil.Process:
    """The embedded server, which this process has started."""
    return next(child for child in psutil.Process().children() if "java" in child.name())


def peak_mb(process: psutil.Process) -> float:
    """The most memory in MB that a process had resident; where the system does not keep it, what it has now."""
    status = Path("/proc") / str(process.pid) / "status"
    lines = status.read_text(encoding="utf-8").splitlines() if status.is_file() else []
    peaks = [1.024e-3 * int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
    return peaks[0] if peaks else 1e-6 * float(process.memory_info().rss)


def _same(found: Sequence[Scored], best: Scores) -> bool:
    given = np.asarray([one.score for one in found])
    return given.shape == best.shape and np.allclose(given, best, rtol=ROUNDING, atol=0)


if __name__ == "__main__":
    typer.run(main)
