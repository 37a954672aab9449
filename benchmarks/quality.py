"""How good the recommendations are: `python -m benchmarks.quality [--data DIR] [--dataset NAME] [--out FILE]`.

All items ranked, none sampled. A folder with train.txt and test.txt is judged by that standard split; one with
ratings.csv (MovieLens) by pooled rolling cuts: ten moments, each with what came before to learn from and what came
until the next to be judged by. Settings and the weights of the blend are chosen on a validation part of train, of the
earliest train part where there are cuts, never on test; then everything is trained anew on all of train. `select_s`
is what choosing took, `fit_s` the training that is judged. Differences are paired, in 95 % bootstrap intervals.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Annotated

import numpy as np
import typer
from rich.console import Console

from benchmarks.our_models import Model
from benchmarks.pairs_data import DATA
from benchmarks.peers import Peer, fitted
from benchmarks.quality_plans import Plan, plan_for
from benchmarks.report import RESULTS, Report
from benchmarks.selection import Chosen, Validation
from benchmarks.tuning import tuned
from gnn.blend_weights import LearnedWeights
from gnn.blending import blend_in_memory
from gnn.evaluation.in_memory import filled
from gnn.evaluation.judge import judge
from gnn.evaluation.judgement import pool
from gnn.evaluation.report import html_report
from gnn.evaluation.results import Conditions, Evaluation, SettingsChoice, summarise
from gnn.hardware import hardware
from gnn.ranking import Rows, Scorer, pair_matrix, ranked_by_scores
from gnn.recommended import Recommended
from gnn.splits import Split
from graph.models import BLEND

TOP_KS = (10, 20)


@dataclass(slots=True)
class Quality:
    """One data set, its plan, and what was chosen, fitted and timed so far."""

    plan: Plan
    seed: int
    console: Console
    chosen: dict[str, Chosen] = field(default_factory=dict)
    peers: dict[str, tuple[Peer, Mapping[str, object], float]] = field(default_factory=dict)
    fit_seconds: dict[str, float] = field(default_factory=dict)
    learned: LearnedWeights | None = None

    def choose(self) -> None:
        """Settings of our models, the weights of their blend, and settings of the peers."""
        plan = self.plan
        validation = Validation.of(plan.validation, plan.top_k, plan.validation_users, self.seed)
        for model in plan.models:
            self.chosen[model.name] = chosen = validation.choose(model, self.seed)
            self.console.print(f"{model.name}: {chosen.setting}, {chosen.value:.4f}, {chosen.seconds:.0f} s")
        self.learned = validation.weights({name: self.chosen[name] for name in plan.blended})
        self.console.print(f"{BLEND}: {self.learned.weights}, {self.learned.value:.4f}")
        for peer in plan.peers:
            if plan.peer_budget > 1:
                best = tuned(peer, plan.validation, plan.peer_budget, self.seed)
                self.peers[peer.name] = peer, best.setting, best.seconds
            else:
                self.peers[peer.name] = peer, peer.usual, 0.0
            self.console.print(f"{peer.name}: {dict(self.peers[peer.name][1])}, {self.peers[peer.name][2]:.0f} s")

    def judged(self) -> Evaluation:
        """Everything trained anew on each train part and judged by its test part."""
        judgements = [judge(self._recommended(split), split, top_ks=TOP_KS) for split in self.plan.splits]
        return summarise(pool(judgements), self._conditions(), baseline=BLEND, choices=self._choices())

    def _recommended(self, split: Split) -> list[Recommended]:
        """What everyone recommends; lists that are short are filled up by what is popular, as in serving."""
        scorers = {model.name: self._fit(model, split) for model in self.plan.models}
        ranked = {
            name: ranked_by_scores(name, scorer, split, max(TOP_KS), auc=False).ranked
            for name, scorer in scorers.items()
        }
        ranked[BLEND] = self._blended(scorers, split)
        rows = np.unique(split.test.users)
        ours = [Recommended(name, rows, filled(lists, ranked["popular"])) for name, lists in ranked.items()]
        theirs = []
        for name, (peer, setting, _) in self.peers.items():
            started = perf_counter()
            scorer = fitted(peer, pair_matrix(split.train), setting, self.seed)
            self._took(name, started)
            theirs.append(ranked_by_scores(name, scorer, split, max(TOP_KS), auc=False))
        return [*ours, *theirs]

    def _blended(self, scorers: Mapping[str, Scorer], split: Split) -> Rows:
        assert self.learned is not None, "weights are learned before anything is judged"  # noqa: S101  tells mypy
        own = {name: scorers[name] for name in self.plan.blended}
        rows, seen = np.unique(split.test.users), pair_matrix(split.train)
        return blend_in_memory(own, self.learned.weights, rows, seen, max(TOP_KS)).items

    def _fit(self, model: Model, split: Split) -> Scorer:
        started = perf_counter()
        scorer = model.fitted(split.train, self.chosen[model.name].setting, self.seed)
        self._took(model.name, started)
        self.console.print(f"{model.name} fitted: {self.fit_seconds[model.name]:.0f} s")
        return scorer

    def _took(self, name: str, started: float) -> None:
        self.fit_seconds[name] = self.fit_seconds.get(name, 0.0) + perf_counter() - started

    def _choices(self) -> Sequence[SettingsChoice]:
        on = f"{self.plan.validation_words}, by NDCG@{self.plan.top_k}"
        ours = [
            SettingsChoice(
                name, one.setting, on, one.tried, one.seconds + self.fit_seconds[name], includes_selection=True
            )
            for name, one in self.chosen.items()
        ]
        weights = SettingsChoice(BLEND, dict(self.learned.weights) if self.learned else {}, on)
        budget = self.plan.peer_budget
        theirs = [
            SettingsChoice(
                name,
                dict(setting),
                on if budget > 1 else None,
                budget,
                seconds + self.fit_seconds[name],
                includes_selection=budget > 1,
            )
            for name, (_, setting, seconds) in self.peers.items()
        ]
        return [*ours, weights, *theirs]

    def _conditions(self) -> Conditions:
        return Conditions(
            dataset=self.plan.dataset,
            split=self.plan.split_words,
            asked="vectors in memory",
            made_at=datetime.now(UTC),
            seeds={"all": self.seed},
            versions=versions(),
            hardware=hardware(),
        )


def versions() -> dict[str, str]:
    """Versions of what learns."""
    return {name: version(name) for name in ("torch", "torch-geometric", "lightfm-next", "implicit", "numpy", "scipy")}


def add_rows(report: Report, quality: Quality, evaluation: Evaluation) -> None:
    """Metrics of every strategy, how far it is from the blend, and its seconds."""
    for result in evaluation.strategies:
        case = result.strategy

        def row(metric: str, value: float | None, unit: str = "", peer: str | None = None, case: str = case) -> None:
            if value is not None:
                report.row(quality.plan.dataset, case, metric, value=value, unit=unit, peer=peer, seed=quality.seed)

        for group in quality.plan.groups:
            suffix = "" if group == "all" else f" {group} users"
            for metric in quality.plan.metrics:
                row(metric + suffix, result.estimate(metric, group).value)
                difference = result.differences.get(group, {}).get(metric)
                if difference is not None:
                    row(f"{metric}{suffix} less {BLEND}, low", difference.lower, peer=BLEND)
                    row(f"{metric}{suffix} less {BLEND}, high", difference.upper, peer=BLEND)
        chosen, peer = quality.chosen.get(case), quality.peers.get(case)
        row("select_s", chosen.seconds if chosen else peer[2] if peer else None, "s")
        row("fit_s", quality.fit_seconds.get(case), "s")


def main(
    data: Annotated[Path, typer.Option(help="Folder of data sets.")] = DATA,
    dataset: Annotated[str, typer.Option(help="Which of them: a folder there.")] = "gowalla",
    seed: Annotated[int, typer.Option(help="Where randomness starts.")] = 2026,
    out: Annotated[Path | None, typer.Option(help="Where the JSON goes; else benchmarks/results.")] = None,
) -> None:
    """Choose on validation, train on all of train, and set everything side by side on test."""
    console = Console()
    quality = Quality(plan_for(data / dataset, seed), seed, console)
    quality.choose()
    evaluation = quality.judged()
    report = Report("quality", **versions())
    add_rows(report, quality, evaluation)
    report.show(console)
    path = report.write(out or RESULTS / f"quality-{dataset}.json")
    settings = {one.strategy: one.settings for one in evaluation.choices}
    console.print(json.dumps(settings, indent=1, default=str))
    path.with_suffix(".html").write_text(html_report(evaluation), encoding="utf-8")
    console.print(f"Written to {path} and {path.with_suffix('.html').name}")


if __name__ == "__main__":
    typer.run(main)
