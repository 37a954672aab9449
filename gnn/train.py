"""Trains models from the graph and lets them serve: the one entry to training."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gnn.chosen_data import chosen
from gnn.content_map import learn_content_map
from gnn.epoch_log import logged
from gnn.factors import Learned, Watch, unwatched
from gnn.learn import QUALITY, fit, quality, require_packages
from gnn.prior import learn_prior
from gnn.provenance import environment
from gnn.publish import Handover, hand_over, write
from gnn.settings import TrainingSettings
from gnn.together import share
from gnn.train_blend import blend_metrics, learn_trained
from gnn.train_item_item import learn_items, write_items
from graph.blends import finish_blend
from graph.client import Graph
from graph.content_maps import record_content_map
from graph.errors import ModelError
from graph.models import BLEND, ITEM_ITEM, RunFacts, finish_run
from graph.priors import record_prior
from graph.run_history import recorded_run
from graph.slots import refuse_held
from graph.training_data import (
    ItemContent,
    PreferenceArrays,
    UserProfile,
    item_contents,
    positive_preferences,
    reading_moment,
    user_profiles,
)


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What one training did; the seconds of `facts` include writing, its metrics are those of held-out preferences.

    `weights`: what a blend learned, by strategy; then there is no `slot`. `handover`: whether it serves,
    and instead of what.
    """

    model: str
    run_id: str
    slot: str
    facts: RunFacts
    weights: Mapping[str, float] = field(default_factory=dict)
    handover: Handover = field(default_factory=Handover)


def train(
    graph: Graph,
    models: Sequence[str],
    settings: TrainingSettings,
    progress: Watch = unwatched,
    clock: Callable[[], float] = time.monotonic,
) -> list[TrainingReport]:
    """Train each of `models` on the positive preferences in `graph`, write its vectors and let it serve.

    A model is judged first on each user's newest preferences, then trained on all; one that is clearly worse than what
    serves is kept and does not serve, see gnn.gate. Instead of vectors item-item leaves edges, and hybrid weights:
    hybrid belongs at the end, as it blends what is trained by then. A training that fails is recorded as failed,
    leaves whatever served before, and raises; models trained before it stay active.
    Raises TrainingUnavailable without the packages that train, ModelError for an unknown model, too few preferences
    or a training that diverged, SlotHeld while an experiment has both slots of a model served.
    """
    require_packages(models)
    # Read when torch is first imported. Threads that wait by spinning make a step several times slower wherever
    # another process, such as the database, wants the same cores.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    read_millis = reading_moment(graph)
    contents = item_contents(graph)
    found = chosen(positive_preferences(graph), contents, settings.data)
    data = found.data
    if len(data) < settings.least_preferences:
        raise ModelError(
            f"The graph has {len(data)} positive preferences, too few to learn from "
            f"(EDGEWISE_TRAINING_LEAST_PREFERENCES is {settings.least_preferences}). Load more: edgewise load --help"
        )
    share(models, data)
    progress = logged(progress, settings.run.log)
    training = _Training(graph, settings, data, found.contents, user_profiles(graph), progress, clock, read_millis)
    return [training.run(model) for model in models]


@dataclass(frozen=True, slots=True)
class _Training:
    """What the trainings of one call share."""

    graph: Graph
    settings: TrainingSettings
    data: PreferenceArrays
    contents: Sequence[ItemContent]
    profiles: Sequence[UserProfile]
    progress: Watch
    clock: Callable[[], float]
    read_millis: int

    def run(self, model: str) -> TrainingReport:
        # Now, and not after an hour of learning.
        refuse_held(self.graph, model)
        with recorded_run(
            self.graph,
            model,
            self.settings.of(model),
            environment(model),
            keep=self.settings.keep_runs,
            job=self.settings.run.job,
            read_millis=self.read_millis,
        ) as run_id:
            if model == BLEND:
                return self._blend(run_id)
            return self._items(run_id) if model == ITEM_ITEM else self._learn_and_serve(model, run_id)

    def _learn_and_serve(self, model: str, run_id: str) -> TrainingReport:
        start = self.clock()
        metrics = quality(model, self.data, self.contents, self.settings, self.progress, profiles=self.profiles)
        told = self._told(metrics.get(QUALITY))
        learned = fit(model, self.data, self.contents, self.settings, told, profiles=self.profiles, stage="learning")
        slot = write(self.graph, model, run_id, learned, force=self.settings.run.force)
        self._keep_with_run(run_id, learned)
        facts = RunFacts(
            embedding_size=learned.factors.embedding_size,
            users=len(learned.user_ids),
            items=len(learned.item_ids),
            preferences=len(self.data),
            seconds=self.clock() - start,
            data_cut=self.data.cut,
            metrics=metrics,
        )
        report = self._finished(model, run_id, slot, facts)
        self._forget_checkpoints(model)
        return report

    def _keep_with_run(self, run_id: str, learned: Learned) -> None:
        """What newer likes are folded in by, and newer items placed by."""
        record_prior(self.graph, run_id, learn_prior(learned.factors, len(self.data.user_ids)))
        content_map = learn_content_map(learned, len(self.data.item_ids), self.contents, self.settings.data.kinds)
        if content_map is not None:
            record_content_map(self.graph, run_id, content_map)

    def _blend(self, run_id: str) -> TrainingReport:
        start = self.clock()
        data, progress = self.data, self.progress
        found = learn_trained(self.graph, data, self.contents, self.settings, progress, profiles=self.profiles)
        facts = self._facts(start, blend_metrics(found, self.settings.blend.top_k))
        finish_blend(self.graph, run_id, found.weights, facts)
        return TrainingReport(BLEND, run_id, "", facts, found.weights, self._hand_over(BLEND, run_id, facts))

    def _items(self, run_id: str) -> TrainingReport:
        start = self.clock()
        learned = learn_items(self.graph, run_id, self.data, self.settings, self.progress)
        slot = write_items(self.graph, run_id, learned, force=self.settings.run.force)
        return self._finished(ITEM_ITEM, run_id, slot, self._facts(start, learned.metrics))

    def _finished(self, model: str, run_id: str, slot: str, facts: RunFacts) -> TrainingReport:
        """Of a run that has filled its slot: recorded, and serving if it may."""
        finish_run(self.graph, run_id, facts)
        return TrainingReport(model, run_id, slot, facts, handover=self._hand_over(model, run_id, facts))

    def _hand_over(self, model: str, run_id: str, facts: RunFacts) -> Handover:
        return hand_over(
            self.graph, model, run_id, facts.metrics, most_lost=self.settings.most_lost, force=self.settings.run.force
        )

    def _facts(self, start: float, metrics: Mapping[str, float]) -> RunFacts:
        """Of a training that leaves no vectors."""
        data, seconds = self.data, self.clock() - start
        return RunFacts(0, len(data.user_ids), len(data.item_ids), len(data), seconds, data.cut, metrics)

    def _forget_checkpoints(self, model: str) -> None:
        """What was learned serves, so the next training has nothing to go on from."""
        if self.settings.run.checkpoints is not None:
            for stage in ("judging", "learning"):
                (self.settings.run.checkpoints / f"{model}-{stage}.pt").unlink(missing_ok=True)

    def _told(self, quality: float | None) -> Watch:
        return lambda epoch: self.progress(replace(epoch, quality=quality))
