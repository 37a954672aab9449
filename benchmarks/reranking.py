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
from rich.console import Console

from benchmarks.report import RESULTS, Report, versions
from edgewise.session import open_graph
from gnn.evaluation.asking import Asked, ask
from gnn.evaluation.folds import Fold
from gnn.evaluation.judge import judge
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
from recommend.rerank import Reranker
from recommend.service import RecommendationService
from recommend.settings import RerankSettings
from recommend.similarity import tag_vectors

STRATEGIES = ("hybrid", "item-item", "co-occurrence", "content")
METRICS = ("ndcg@10", "recall@10", "diversity@10", "novelty@10")
NONE = {"freshness_boost": 0.0, "half_life_days": 0.0, "diversity": 0.0}
KNOBS: dict[str, dict[str, float]] = {
    "off": NONE,
    "half-life 7 days": NONE | {"half_life_days": 7.0},
    "half-life 30 days": NONE | {"half_life_days": 30.0},
    "half-life 365 days": NONE | {"half_life_days": 365.0},
    "diversity 0.05": NONE | {"diversity": 0.05},
    "diversity 0.15": NONE | {"diversity": 0.15},
    "diversity 0.3": NONE | {"diversity": 0.3},
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
        reranker = Reranker(RerankSettings.model_validate(knobs), items.get, lambda: now)
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
        for strategy, label, asked in answers(scratch, fold, settings, steps):
            one = judge([replace(asked.recommended, strategy=strategy)], fold.split, known, (10,))
            (own,) = one.strategies
            for metric in METRICS:
                value = own.metrics[metric].over(np.ones(len(one.users), dtype=np.bool_))
                if not isnan(value):
                    report.row(name, f"{strategy}, {label}", metric, value=float(value), unit="")
            report.row(name, f"{strategy}, {label}", "coverage@10", value=one.coverage(own, 10), unit="")


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
