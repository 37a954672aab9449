"""`edgewise evaluate` and `edgewise evaluations`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from edgewise.evaluate_files import PAGE, refuse_unusable, write_report
from edgewise.evaluate_options import (
    Cut,
    InMemory,
    KnownUsers,
    Last,
    Name,
    Out,
    Rolling,
    Seed,
    Share,
    Split,
    Strategies,
    TestFile,
    TopK,
    TrainFile,
    Validation,
    both_files,
    chosen_strategies,
    split_plan,
)
from edgewise.evaluate_view import StepBars, evaluations_table, groups_table, result_table, told_lines
from edgewise.session import open_graph
from edgewise.stopping import stopped_cleanly
from gnn.evaluation.evaluate import Evaluated, evaluate
from gnn.evaluation.memory_world import IN_MEMORY
from gnn.evaluation.plan import EvaluationPlan
from gnn.evaluation.record import record
from gnn.evaluation.steps import Steps
from gnn.evaluation.world_settings import WorldSettings, training_settings
from graph.client import Graph
from graph.evaluations import list_evaluations
from graph.facts import Facts, GraphFacts
from graph.settings import PreferenceSettings
from loaders.pair_facts import PairFacts
from loaders.pairs import Pairs
from recommend.registry import strategies as registered

app = typer.Typer()
THIS_GRAPH = "this graph"
PAIRS, PAIR_TYPE = "pairs", "view"
"""What the events of a benchmark's files are called, and their type, as by default in `edgewise load pairs`."""


@app.command(name="evaluate")
def evaluate_command(  # noqa: PLR0917 - Typer calls it by keyword
    split: Split = "temporal",
    cut: Cut = None,
    share: Share = None,
    rolling: Rolling = None,
    last: Last = None,
    train_file: TrainFile = None,
    test_file: TestFile = None,
    strategies: Strategies = None,
    top_k: TopK = [10, 20],  # noqa: B006 - Typer copies it
    seed: Seed = None,
    name: Name = None,
    out: Out = None,
    *,
    validation: Validation = False,
    known_users: KnownUsers = False,
    in_memory: InMemory = False,
) -> None:
    """Judge strategies by what they would have recommended: events are held out, the rest loaded into a scratch graph.

    Models are trained there and the serving code is asked; the graph gets a row about it, and is not changed otherwise.

    Example: edgewise evaluate --split leave-last --strategies popular,lightgcn --out report
    """
    refuse_unusable(out)
    settings = WorldSettings() if seed is None else WorldSettings(training=training_settings(seed))
    files = _pair_facts(both_files(train_file, test_file), settings.preferences)
    held_out = split_plan(
        split,
        cut=cut,
        share=share,
        rolling=rolling,
        last=last,
        seed=settings.training.seed,
        test=None if files is None else files.test,
        validation=validation,
        known_users=known_users,
    )
    told = name or (THIS_GRAPH if train_file is None else train_file.name)
    with stopped_cleanly(), open_graph() as graph:
        known = registered(graph, settings.recommend)
        names = chosen_strategies(strategies, known, IN_MEMORY if in_memory else tuple(known))
        plan = EvaluationPlan(held_out, names, tuple(dict.fromkeys(top_k)), in_memory, told, _notes(files), settings)
        evaluated = _evaluated(graph, files or GraphFacts(graph, settings.preferences), plan, out)
    _tell(evaluated, out)


@app.command(name="evaluations")
def evaluations_command(
    first: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 20,
) -> None:
    """List the evaluations that were made, newest first.

    Example: edgewise evaluations --first 5
    """
    with open_graph() as graph:
        Console().print(evaluations_table(list_evaluations(graph, first)))


def _pair_facts(files: tuple[Path, Path] | None, preferences: PreferenceSettings) -> PairFacts | None:
    if files is None:
        return None
    train, test = (Pairs([file], datetime.now(UTC), name=PAIRS) for file in files)
    return PairFacts(train, test, preferences.weights.get(PAIR_TYPE, preferences.default_weight))


def _notes(files: PairFacts | None) -> tuple[str, ...]:
    if files is None or not files.repeated:
        return ()
    return (f"{files.repeated:,} pairs of the test file were dropped: the train file has them too.",)


def _evaluated(graph: Graph, facts: Facts, plan: EvaluationPlan, out: Path | None) -> Evaluated:
    """Evaluate, and only then write anything: the report, and the row in the graph."""
    with StepBars() as bars:
        evaluated = evaluate(facts, plan, Steps(bars.show))
    if out is not None:
        write_report(out, evaluated.evaluation)
    record(graph, evaluated, plan)
    return evaluated


def _tell(evaluated: Evaluated, out: Path | None) -> None:
    console = Console(highlight=False)
    evaluation = evaluated.evaluation
    console.print(result_table(evaluation))
    console.print(groups_table(evaluation))
    for line in told_lines(evaluation):
        console.print(line, markup=False, soft_wrap=True)
    console.print(f"{sum(evaluated.seconds.values()):.0f} s in all.")
    if out is not None:
        console.print(f"Report: {out / PAGE}", markup=False, soft_wrap=True)
