"""Evaluates strategies as of a moment, through the code that serves or by vectors in memory: the one entry to it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from scipy.sparse import csr_array

from gnn.evaluation.asking import Asked, World
from gnn.evaluation.conditions import choices, conditions
from gnn.evaluation.folds import Fold
from gnn.evaluation.judge import judge
from gnn.evaluation.judgement import Judgement, pool
from gnn.evaluation.memory_world import MemoryWorld
from gnn.evaluation.plan import EvaluationPlan
from gnn.evaluation.results import Evaluation, summarise
from gnn.evaluation.scratch_world import ScratchWorld
from gnn.evaluation.steps import Steps
from gnn.recommended import Catalogue
from graph.facts import Facts
from graph.scratch import scratch_graph
from graph.training_data import ItemContent
from recommend.fallback import LAST
from recommend.maintain import tag_matrix
from recommend.similarity import tag_vectors


@dataclass(frozen=True, slots=True)
class Evaluated:
    """An `evaluation`, the `cuts` of its folds (milliseconds; empty: not by time), its sizes, and what took how long.

    `seconds` by step, summed over the folds.
    """

    evaluation: Evaluation
    cuts: tuple[int, ...]
    users: int
    items: int
    events: int
    seconds: dict[str, float]


def evaluate(facts: Facts, plan: EvaluationPlan, steps: Steps | None = None) -> Evaluated:
    """Split `facts` by the plan, recommend to every user with a test pair from what is left, and judge it.

    Nothing is written but into a scratch graph, which is gone at the end. Raises InputError for a split that leaves
    nothing to train on or to judge by, and what EvaluationPlan.check raises; EmbeddedError, ModelError.
    """
    steps = steps or Steps()
    plan.check()
    with steps.step("read events"):
        history = facts.arrays()
        folds = plan.split.folds(history)
        features = _features(facts, history.item_ids, plan.settings.recommend.similar_tag_cap)
    exam = _Exam(plan, folds, features, steps)
    if plan.in_memory:
        exam.take(MemoryWorld(facts, plan.settings, steps))
    else:
        with ExitStack() as stack:
            with steps.step("start scratch graph"):
                scratch = stack.enter_context(scratch_graph())
            exam.take(ScratchWorld(scratch, facts, plan.settings, steps))
    judgement = pool(exam.judgements)
    with steps.step("resample"):
        baseline = LAST if LAST in plan.strategies else plan.strategies[0]
        told = conditions(plan, history, folds, exam.asked)
        evaluation = summarise(judgement, told, baseline=baseline, choices=choices(plan, steps))
    cuts = tuple(fold.cut for fold in folds if fold.cut is not None)
    users, items = len(history.user_ids), len(history.item_ids)
    return Evaluated(evaluation, cuts, users, items, len(history), dict(steps.seconds))


class _Exam:
    """Takes the folds of a plan in one world, and keeps what is judged."""

    def __init__(self, plan: EvaluationPlan, folds: Sequence[Fold], features: csr_array, steps: Steps) -> None:
        self._plan = plan
        self._folds = folds
        self._features = features
        self._steps = steps
        self.judgements: list[Judgement] = []
        self.asked: list[Asked] = []

    def take(self, world: World) -> None:
        """Every fold, in the order of their cuts."""
        plan = self._plan
        for number, fold in enumerate(self._folds, 1):
            self._steps.fold = f"{number}/{len(self._folds)} {fold.name}"
            asked = world.recommend(fold, plan.strategies, max(plan.top_ks))
            with self._steps.step("judge"):
                catalogue = Catalogue(fold.items, self._features)
                self.judgements.append(judge([one.recommended for one in asked], fold.split, catalogue, plan.top_ks))
            self.asked.extend(asked)
        self._steps.fold = ""


def _features(facts: Facts, item_ids: Sequence[str], tag_cap: int) -> csr_array:
    """float64[m, f]: what the items are like by their tags, a row per id, empty where one has none."""
    tags = {item.id: dict(item.tags) for item in facts.items()}
    contents = [ItemContent(item, None, tags.get(item, {})) for item in item_ids]
    return tag_vectors(tag_matrix(contents), tag_cap)
