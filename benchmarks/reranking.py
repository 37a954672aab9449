"""What each knob of re-ranking does to quality: `python -m benchmarks.reranking --name NAME [--out FILE]`.

On the graph that the environment names. Events are held out, the rest is loaded into a scratch graph, derived and
trained once, and asked again for every knob through the serving code, whose clock stands at the cut. Repetition needs
impressions, which no data set here has, so it is not in the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from math import isnan
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console

from benchmarks.report import RESULTS, Report, versions
from edgewise.session import open_graph
from gnn.evaluation.asking import Asked, ask
from gnn.evaluation.folds import Fold
from gnn.evaluation.intervals import Resampled, Resampling, resample
from gnn.evaluation.judge import judge
from gnn.evaluation.judgement import UserValues
from gnn.evaluation.scratch_world import ScratchWorld
from gnn.evaluation.split_plan import SplitPlan
from gnn.evaluation.steps import Steps
from gnn.evaluation.world_settings import WorldSettings
from gnn.recommended import Catalogue
from graph.client import Graph
from graph.facts import GraphFacts
from graph.scratch import scratch_graph
from graph.training_data import ItemContent
from recommend import catalogue
from recommend.fallback import LAST
from recommend.maintain import tag_matrix
from recommend.registry import strategies
from recommend.service import RecommendationService
from recommend.serving import reranker_of
from recommend.settings import RerankSettings
from recommend.similarity import tag_vectors

STRATEGIES = ("hybrid", "item-item", "co-occurrence", "content")
COMPARED = "ndcg@10"
"""What is compared with the list as it was found, user by user: 95 % of resampled means lie between low and high."""
METRICS = ("ndcg@10", "recall@10", "diversity@10", "novelty@10")
NONE: dict[str, float | str] = {"freshness_boost": 0.0, "half_life_days": 0.0, "diversity": 0.0}
OFF = "off"
KNOBS: dict[str, dict[str, float | str]] = {
    OFF: NONE,
    "half-life 7 days": NONE | {"half_life_days": 7.0},
    "half-life 30 days": NONE | {"half_life_days": 30.0},
    "half-life 365 days": NONE | {"half_life_days": 365.0},
    "diversity 0.05": NONE | {"diversity": 0.05},
    "diversity 0.15": NONE | {"diversity": 0.15},
    "diversity 0.3": NONE | {"diversity": 0.3},
    "diversity 0.15 by lightgcn": NONE | {"diversity": 0.15, "diversity_by": "lightgcn"},
    "diversity 0.3 by lightgcn": NONE | {"diversity": 0.3, "diversity_by": "lightgcn"},
    "freshness 0.5": NONE | {"freshness_boost": 0.5},
    "freshness 2": NONE | {"freshness_boost": 2.0},
    "all at 0.5, 7 days, 0.15": {"freshness_boost": 0.5, "half_life_days": 7.0, "diversity": 0.15},
}


def answers(graph: Graph, fold: Fold, settings: WorldSettings, steps: Steps) -> Iterator[tuple[str, str, Asked]]:
    """What each strategy with each knob recommends ten of."""
    alone = settings.recommend.model_copy(update={"fallback": (LAST,)})
    items = catalogue.Catalogue(graph)
    recommenders = strategies(graph, alone, items)
    newest = int(fold.history.at[fold.kept].max()) if fold.cut is None else fold.cut
    now = datetime.fromtimestamp(newest / 1000, UTC)
    for label, knobs in KNOBS.items():
        reranker = reranker_of(RerankSettings.model_validate(knobs), recommenders, items, lambda: now)
        service = RecommendationService(graph, recommenders, alone, catalogue=items, reranker=reranker)
        for name in STRATEGIES:
            with steps.step(f"ask {name}, {label}") as done:
                yield name, label, ask(service, name, fold, 10, done)


def judged(graph: Graph, split: SplitPlan, name: str, report: Report, console: Console) -> None:
    """Rows of every strategy with every knob."""
    steps, settings = Steps(), WorldSettings()
    facts = GraphFacts(graph, settings.preferences)
    history = facts.arrays()
    (fold,) = split.folds(history)
    tags = {item.id: dict(item.tags) for item in facts.items()}
    contents = [ItemContent(item, None, tags.get(item, {})) for item in history.item_ids]
    known = Catalogue(fold.items, tag_vectors(tag_matrix(contents), settings.recommend.similar_tag_cap))
    with scratch_graph() as scratch:
        ScratchWorld(scratch, facts, settings, steps).become(fold, STRATEGIES)
        console.print(f"{len(np.unique(fold.split.test.users)):,} users judge")
        plain: dict[str, Resampled] = {}
        for strategy, label, asked in answers(scratch, fold, settings, steps):
            one = judge([replace(asked.recommended, strategy=strategy)], fold.split, known, (10,))
            (own,) = one.strategies
            for metric in METRICS:
                value = own.metrics[metric].over(np.ones(len(one.users), dtype=np.bool_))
                if not isnan(value):
                    report.row(name, f"{strategy}, {label}", metric, value=float(value), unit="")
            report.row(name, f"{strategy}, {label}", "coverage@10", value=one.coverage(own, 10), unit="")
            found = resampled(one.users, own.metrics[COMPARED])
            (apart,) = found.minus(plain.setdefault(strategy, found)).estimates(Resampling().level)
            for bound, end in (("low", apart.lower), ("high", apart.upper)) if label != OFF else ():
                if end is not None:
                    report.row(name, f"{strategy}, {label}", f"{COMPARED} less {OFF}, {bound}", value=end, unit="")


def resampled(users: NDArray[np.int64], metric: UserValues) -> Resampled:
    """Of one metric, so that two of the same users can be compared pair by pair."""
    return resample(users, metric.values[:, None], metric.weights[:, None], Resampling())


def main(
    name: Annotated[str, typer.Option(help="What the data is called.")],
    split: Annotated[Literal["temporal", "leave-last"], typer.Option(help="How events are held out.")] = "temporal",
    out: Annotated[Path | None, typer.Option(help="Where the JSON goes; else benchmarks/results.")] = None,
) -> None:
    """Judge the knobs of re-ranking."""
    plan = (
        SplitPlan("temporal", rolling=1, known_users=True) if split == "temporal" else SplitPlan("leave-last", last=5)
    )
    report, console = Report("reranking", **versions("torch")), Console()
    with open_graph() as graph:
        judged(graph, plan, name, report, console)
    report.show(console)
    console.print(f"written to {report.write(out or RESULTS / f'reranking-{name}.json')}")


if __name__ == "__main__":
    typer.run(main)
