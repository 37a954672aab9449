"""The world of a fold in memory: no database, so what is learned and popularity alone, but much sooner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from gnn.blending import by_popularity
from gnn.evaluation.asking import Asked
from gnn.evaluation.folds import Fold, TrainingFacts
from gnn.evaluation.in_memory import popularity, rank_blend, rank_popular, rank_scored
from gnn.evaluation.steps import Steps
from gnn.evaluation.world_settings import WorldSettings
from gnn.learn_blend import fit_scorer, learn_blend
from gnn.ranking import Scorer
from graph.facts import Facts
from graph.models import BLEND, TRAINED
from graph.training_data import ItemContent, UserProfile, compact
from recommend.fallback import LAST

IN_MEMORY = (LAST, *TRAINED)
"""Strategies that need no database."""


class MemoryWorld:
    """Takes any folds of the `facts` they were made of; recommends what ScratchWorld does, see in_memory."""

    def __init__(self, facts: Facts, settings: WorldSettings, steps: Steps) -> None:
        self._facts = facts
        self._settings = settings
        self._steps = steps

    def recommend(self, fold: Fold, names: Sequence[str], top_k: int) -> list[Asked]:
        """See World; `names` of IN_MEMORY."""
        facts = TrainingFacts(self._facts, fold)
        contents = [ItemContent(item.id, item.kind, dict(item.tags)) for item in facts.items()]
        profiles = [UserProfile(user.id, dict(user.properties)) for user in facts.users() if user.properties]
        return _Fitted(fold, contents, profiles, self._settings, self._steps).recommend(names, top_k)


@dataclass(slots=True)
class _Fitted:
    """One fold, and the scorers of what has been fitted to it: each model once, also where a blend needs it too."""

    fold: Fold
    contents: list[ItemContent]
    profiles: list[UserProfile]
    settings: WorldSettings
    steps: Steps
    scorers: dict[str, Scorer] = field(default_factory=dict)

    def recommend(self, names: Sequence[str], top_k: int) -> list[Asked]:
        scores = popularity(self.fold, self.settings.recommend.half_life_millis)
        self.scorers[LAST] = by_popularity(scores)
        with self.steps.step("rank popular"):
            popular = rank_popular(self.fold, scores, top_k)
        return [popular if name == LAST else self._ranked(name, popular) for name in names]

    def _ranked(self, name: str, popular: Asked) -> Asked:
        if name == BLEND:
            weights = self._weights()
            scorers = {component: self._scorer(component) for component in weights}
            with self.steps.step(f"rank {name}"):
                return rank_blend(name, self.fold, scorers, weights, popular.recommended)
        scorer = self._scorer(name)
        with self.steps.step(f"rank {name}"):
            return rank_scored(name, self.fold, scorer, popular.recommended)

    def _weights(self) -> dict[str, float]:
        training = self.settings.training
        with self.steps.step(f"train {BLEND}") as done:
            return learn_blend(
                training.blend.components,
                compact(self.fold.split.train),
                self.contents,
                training,
                lambda epoch: done(epoch.number, epoch.epochs),
                profiles=self.profiles,
            ).weights

    def _scorer(self, name: str) -> Scorer:
        if name not in self.scorers:
            with self.steps.step(f"train {name}") as done:
                self.scorers[name] = self._fit(name, done)
        return self.scorers[name]

    def _fit(self, name: str, done: Callable[[int, int], None]) -> Scorer:
        return fit_scorer(
            name,
            self.fold.split.train,
            self.contents,
            self.settings.training,
            lambda epoch: done(epoch.number, epoch.epochs),
            profiles=self.profiles,
        )
