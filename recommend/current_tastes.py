"""The vectors of users as of this moment: those of the run that serves, with what the users have liked since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from graph.client import Graph
from graph.learned import Taste, tastes
from graph.models import ActiveRun
from graph.priors import Prior, prior_of
from graph.vectors import Vectors
from recommend.fold_in import TRUST, folded, renewed
from recommend.settings import RecommendSettings

VectorsOf = Callable[[ActiveRun, Sequence[str]], Mapping[str, Vectors]]
"""The stored vectors of items by id; those without one are missing."""


class CurrentTastes:
    """Reads users and folds in what their vectors lack. Holds the prior of one run, read anew for another.

    Safe to share between threads: two of them may read the same prior, and either copy serves.
    """

    def __init__(self, graph: Graph, model: str, settings: RecommendSettings, run_id: str | None = None) -> None:
        self._graph = graph
        self._model = model
        self._run_id = run_id
        self._cap = settings.fold_in_cap if settings.fold_in else 0
        self._prior: tuple[str, Prior | None] | None = None

    def read(self, user_ids: Sequence[str]) -> tuple[ActiveRun, dict[str, Taste]]:
        """The run and what it knows of each user, in one round trip. Raises ModelNotTrained."""
        return tastes(self._graph, self._model, user_ids, self._cap, TRUST, run_id=self._run_id)

    def prepare(self, run: ActiveRun) -> None:
        """Read the prior now, so that later requests need no round trip for it."""
        if self._cap:
            self.prior(run)

    def vectors(self, run: ActiveRun, known: Mapping[str, Taste], vectors_of: VectorsOf) -> dict[str, Vectors]:
        """The vector of each user who has one, by id; `vectors_of` is asked once at most, for all fresh likes."""
        fresh = _distinct(item for taste in known.values() for item in taste.fresh)
        prior = self.prior(run) if fresh else None
        items = vectors_of(run, fresh) if prior is not None else {}
        found: dict[str, Vectors] = {}
        for user, taste in known.items():
            liked = [items[item] for item in taste.fresh if item in items]
            if prior is not None and liked:
                found[user] = _current(prior, taste, np.stack(liked))
            elif taste.vector is not None:
                found[user] = taste.vector
        return found

    def prior(self, run: ActiveRun) -> Prior | None:
        """What the run expects of users; None where it keeps nothing of the kind."""
        kept = self._prior
        if kept is None or kept[0] != run.id:
            kept = self._prior = (run.id, prior_of(self._graph, run.id))
        return kept[1]


def _current(prior: Prior, taste: Taste, liked: Vectors) -> Vectors:
    if taste.vector is None:
        return folded(prior, liked)
    return renewed(taste.vector, taste.learned, prior, liked)


def _distinct(ids: Iterable[str]) -> list[str]:
    return sorted(set(ids))
