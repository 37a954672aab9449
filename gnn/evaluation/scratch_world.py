"""The world of a fold in a scratch graph: loaded, derived and trained there as in production, then asked.

Nothing that is held out reaches it. Preferences and popularity come of the step that follows every ingest, SIMILAR
edges, trends and tag weights of the refresh, vectors of the training.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import TypeVar

import numpy as np

from gnn.evaluation.asking import Asked, ask
from gnn.evaluation.folds import Fold, TrainingFacts
from gnn.evaluation.steps import Steps
from gnn.evaluation.world_settings import WorldSettings
from gnn.learn import PACKAGES
from gnn.settings import BlendSettings
from gnn.train import train
from graph.client import Graph
from graph.facts import Facts
from graph.ingest import record_events, write_items, write_users
from graph.models import BLEND
from graph.records import Event
from recommend.fallback import LAST
from recommend.maintain import refresh
from recommend.registry import strategies
from recommend.service import RecommendationService

BATCH = 5_000
T = TypeVar("T")


def models_for(names: Sequence[str], blend: BlendSettings) -> list[str]:
    """The models that strategies need, in the order of training: their own, and those that hybrid blends."""
    wanted = set(names) | (set(blend.components) if BLEND in names else set())
    return [model for model in PACKAGES if model in wanted]


class ScratchWorld:
    """Becomes the world of one fold after the other; folds of one history, in the order of their cuts.

    Strategies are asked through the service. What one cannot fill, popularity does, as in serving; other models do not
    help out, so that each is judged by itself.
    """

    def __init__(self, graph: Graph, facts: Facts, settings: WorldSettings, steps: Steps) -> None:
        self._graph = graph
        self._facts = facts
        self._settings = settings
        self._steps = steps
        self._known: int | None = None

    def recommend(self, fold: Fold, names: Sequence[str], top_k: int) -> list[Asked]:
        """See World. Raises UnknownStrategy."""
        self.become(fold, names)
        alone = self._settings.recommend.model_copy(update={"fallback": (LAST,)})
        service = RecommendationService(self._graph, strategies(self._graph, alone), alone)
        users = len(np.unique(fold.split.test.users))
        found = []
        for name in names:
            with self._steps.step(f"ask {name}", users) as done:
                found.append(ask(service, name, fold, top_k, done))
        return found

    def become(self, fold: Fold, names: Sequence[str]) -> None:
        """Load the world of a fold, derive, and train what the strategies `names` need."""
        self._load(fold)
        self._derive(models_for(names, self._settings.training.blend))

    def _derive(self, models: Sequence[str]) -> None:
        recommend, preferences = self._settings.recommend, self._settings.preferences
        with self._steps.step("refresh"):
            refresh(self._graph, recommend, preferences, recommend.popularity)
        # Each fold is judged by its own training, also where an earlier fold, which had other data, did better.
        training = self._settings.training.with_run(force=True)
        for model in models:
            with self._steps.step(f"train {model}") as done:
                train(self._graph, [model], training, lambda epoch: done(epoch.number, epoch.epochs))

    def _load(self, fold: Fold) -> None:
        facts = TrainingFacts(self._facts, fold, since=self._known)
        self._known = fold.cut
        with self._steps.step("load users", int(fold.users.sum())) as done:
            _in_batches(facts.users(), lambda users: write_users(self._graph, users), done)
        with self._steps.step("load items", int(fold.items.sum())) as done:
            _in_batches(facts.items(), lambda items: write_items(self._graph, items), done)
        with self._steps.step("load events", int(fold.kept.sum())) as done:
            _in_batches(facts.events(), self._record, done)

    def _record(self, events: Sequence[Event]) -> None:
        record_events(self._graph, events, self._settings.preferences, self._settings.recommend.popularity)


def _in_batches(rows: Iterable[T], write: Callable[[list[T]], object], done: Callable[[int], None]) -> None:
    remaining, written = iter(rows), 0
    while batch := list(islice(remaining, BATCH)):
        write(batch)
        written += len(batch)
        done(written)
