"""What folding in is worth and takes: `python -m benchmarks.freshness [--data DIR] [--out FILE]`.

Two fifths of the users of MovieLens are drawn. The forms of folding in are compared on one fifth, after a training
without either (`chosen by`); the other fifth is reported on, after a training without it alone. Of a hidden user the
first 1, 3, 5 and 10 likes become known, and all others are what NDCG@10 judges by: of folding in, of popularity, and of
a training anew that had these likes too. `against …` are paired differences with bootstrap intervals over the users.

Of users who are known, the ten newest likes are kept from the training: five become known after it (`newer`), the last
five judge. How much a trained vector counts for is chosen on one fifth of the users, and reported on another.

Then everything is loaded into a scratch Neo4j and trained. `fold` is the arithmetic alone; `answer` an answer of ten by
the strategy to users with three likes that the training had not, `trained answer` to users without any such; `sent`
three likes of a new user over HTTP to one replica, `next answer` what another one answers after that, titles included.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import torch
import typer
from rich.console import Console

from benchmarks.fold_in_forms import CHOSEN, Forms
from benchmarks.fresh_answers import TIMES, Millis, in_memory, over_graph, over_http
from benchmarks.movielens_data import genres, likes
from benchmarks.newcomers import COUNTS, TOP_K, Floats, Newcomers, hidden_fifths
from benchmarks.report import Report
from benchmarks.returning import LATER, NEWER, Returning
from gnn.evaluation.intervals import Resampling, resample
from gnn.factors import Learned
from gnn.learn import fit
from gnn.ranking import Rows
from gnn.settings import TrainingSettings
from gnn.train import train
from graph.client import Graph
from graph.models import MODELS
from graph.scratch import scratch_graph
from graph.settings import PopularitySettings, PreferenceSettings, read_settings
from graph.training_data import ItemContent, PreferenceArrays, compact
from loaders.load import load
from loaders.movielens import MovieLens
from loaders.rejects import RejectsFile
from loaders.report import LoadOptions
from recommend.fold_in import TRUST

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "ml-latest-small"
TRUSTS = (2, 5, 10, 20)
"""Likes that a trained vector may count for."""
METRIC = f"ndcg@{TOP_K}"


@dataclass(frozen=True, slots=True)
class FreshnessBench:
    """All likes of a data set, and the report that takes the figures."""

    data: PreferenceArrays
    contents: list[ItemContent]
    settings: TrainingSettings
    dataset: str
    report: Report
    console: Console

    def quality(self) -> None:
        """Choose on one fifth of the users, report on another."""
        reported, choosing = hidden_fifths(len(self.data.user_ids), self.settings.seed)
        for model in MODELS:
            self._choose(model, Newcomers.of(self.data, choosing), np.concatenate([reported, choosing]))
            self._judge(model, Newcomers.of(self.data, reported), reported)

    def _choose(self, model: str, newcomers: Newcomers, hidden: np.ndarray) -> None:
        means: dict[str, float] = {}
        for name, form in self._forms(model, hidden).all():
            values = [float(newcomers.judge(form, count).mean()) for count in COUNTS]
            means[name] = float(np.mean(values))
            for count, value in zip(COUNTS, values, strict=True):
                self._row(f"{model} {name}", f"chosen by: {METRIC}, {count} likes", value)
        best = max(means, key=lambda name: means[name])
        self.console.print(f"{model}: best on the users to choose by is {best}; {CHOSEN} serves. {means}")

    def _judge(self, model: str, newcomers: Newcomers, hidden: np.ndarray) -> None:
        forms = self._forms(model, hidden)
        able, degrees = forms.able, forms.degrees
        popular = np.where(able, degrees, -np.inf)
        for count in COUNTS:
            again = self._trained(model, ~np.isin(self.data.users, hidden) | newcomers.first_likes(count))
            values = {
                f"{model} folded in": newcomers.judge(forms.chosen(), count),
                "popular": newcomers.judge(lambda _likes: popular.copy(), count),
                f"{model} trained anew": newcomers.judge_learned(again, count),
            }
            self._compare(newcomers.users, values, f"{count} likes")

    def _compare(self, users: Rows, values: dict[str, Floats], told: str) -> None:
        """The mean of each, and the paired difference of the first to the others; bounds hold 95 %."""
        resampling = Resampling(seed=self.settings.seed)
        ones = np.ones((len(users), 1))
        drawn = {case: resample(users, own[:, None], ones, resampling) for case, own in values.items()}
        ours, *others = values
        for case, own in values.items():
            self._row(case, f"{METRIC}, {told}", float(own.mean()))
        for case in others:
            (found,) = drawn[ours].minus(drawn[case]).estimates(resampling.level)
            for name, value in (("", found.value), (", lower", found.lower), (", upper", found.upper)):
                if value is not None:
                    self._row(ours, f"{METRIC} against {case}, {told}{name}", value)

    def _forms(self, model: str, hidden: np.ndarray) -> Forms:
        kept = ~np.isin(self.data.users, hidden)
        degrees = np.bincount(self.data.items[kept], minlength=len(self.data.item_ids)).astype(np.float64)
        known = len(np.unique(self.data.users[kept]))
        return Forms.of(self._trained(model, kept), known, self.data.item_ids, degrees)

    def _trained(self, model: str, kept: np.ndarray) -> Learned:
        self.console.print(f"training {model} on {int(kept.sum()):,} likes")
        return fit(model, compact(self.data.where(kept)), self.contents, self.settings)

    def renewal(self) -> None:
        """The same two fifths as users who are known and have liked five things since: see benchmarks.returning."""
        fifths = hidden_fifths(len(self.data.user_ids), self.settings.seed)
        reported, choosing = (Returning.of(self.data, users) for users in fifths)
        later = reported.last(LATER) | choosing.last(LATER)
        newer = reported.last(NEWER + LATER) | choosing.last(NEWER + LATER)
        for model in MODELS:
            before, after = self._trained(model, ~newer), self._trained(model, ~later)
            known = len(np.unique(self.data.users[~newer]))
            for trust in TRUSTS:
                value = choosing.judge(before, known, trust, NEWER).mean()
                self._row(f"{model} trusted as {trust} likes", f"chosen by: {METRIC}, {NEWER} newer", float(value))
            trained = reported.judge(before, known, TRUST, 0)
            again = reported.judge(after, known, TRUST, 0)
            for count in (1, 3, NEWER):
                values = {
                    f"{model} renewed": reported.judge(before, known, TRUST, count),
                    f"{model} as trained": trained,
                    **({f"{model} trained anew": again} if count == NEWER else {}),
                }
                self._compare(reported.users, values, f"{count} newer")

    def latency(self, graph: Graph) -> None:
        """Of each model on `graph`, which holds the data."""
        for model in MODELS:
            train(graph, [model], self.settings)
            for count in (3, 100):
                self._times(model, f"fold, {count} likes", in_memory(graph, model, count, self.settings.seed))
            users = [f"{model}-newcomer-{k}" for k in range(TIMES)]
            sent, answered = over_http(graph, model, users, self.data.item_ids, self.settings.seed)
            known = self.data.user_ids[:TIMES]
            self._times(model, "trained answer", over_graph(graph, model, known, fold_in=True))
            self._times(model, "answer", over_graph(graph, model, users, fold_in=True))
            self._times(model, "sent", sent)
            self._times(model, "next answer", answered)

    def _times(self, model: str, step: str, took: Millis) -> None:
        for percent in (50, 99):
            self._row(model, f"p{percent}_ms, {step}", float(np.percentile(took, percent)), "ms")

    def _row(self, case: str, metric: str, value: float, unit: str = "") -> None:
        self.report.row(self.dataset, case, metric, value=value, unit=unit, seed=self.settings.seed)


def loaded(graph: Graph, folder: Path) -> None:
    """Load a folder of MovieLens, as `edgewise load` does."""
    with TemporaryDirectory() as scratch, RejectsFile(Path(scratch) / "rejects.csv") as rejects:
        preferences, popularity = PreferenceSettings(), PopularitySettings()
        load(graph, MovieLens(folder), LoadOptions(), preferences=preferences, popularity=popularity, rejects=rejects)


def main(
    data: Annotated[Path, typer.Option(help="Folder of MovieLens with ratings.csv and movies.csv.")] = DATA,
    seed: Annotated[int, typer.Option(help="Where randomness starts.")] = 2026,
    out: Annotated[Path | None, typer.Option(help="Where the JSON goes; else benchmarks/results.")] = None,
) -> None:
    """Judge newcomers who are folded in, and time what it takes."""
    torch.set_num_threads(1)
    console = Console()
    versions = {name: version(name) for name in ("torch", "lightfm-next", "scipy")}
    report = Report("freshness", **versions)
    settings = read_settings(TrainingSettings, seed=seed, validation_last=0)
    bench = FreshnessBench(likes(data), list(genres(data)), settings, data.name, report, console)
    bench.quality()
    bench.renewal()
    with scratch_graph() as graph:
        loaded(graph, data)
        bench.latency(graph)
    report.show(console)
    console.print(f"Written to {report.write(out)}")


if __name__ == "__main__":
    typer.run(main)
