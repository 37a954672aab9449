"""The vectors of users as of this moment: those of the run that serves, with what the users have liked since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from graph.client import Graph
from graph.models import ActiveRun
from graph.priors import Prior, prior_of
from graph.user_states import RunKey, UserState
from graph.vectors import Vectors
from recommend.fold_in import TRUST, folded, renewed
from recommend.settings import RecommendSettings

VectorsOf = Callable[[ActiveRun, Sequence[str]], Mapping[str, Vectors]]
"""The stored vectors of items by id; those without one are missing."""


class CurrentTastes:
    """Folds into users' vectors what they lack. Holds the prior of one run, read anew for another.

    Safe to share between threads: two of them may read the same prior, and either copy serves.
    """

    def __init__(self, graph: Graph, key: RunKey, settings: RecommendSettings) -> None:
        self._graph = graph
        self._key = key
        self._cap = settings.fold_in_cap if settings.fold_in else 0
        self._prior: tuple[str, Prior | None] | None = None

    def prepare(self, run: ActiveRun) -> None:
        """Read the prior now, so that later requests need no round trip for it."""
        if self._cap:
            self.prior(run)

    def vectors(self, run: ActiveRun, users: Iterable[UserState], vectors_of: VectorsOf) -> dict[str, Vectors]:
        """The vector of each user who has one, by id; `vectors_of` is asked once at most, for all fresh likes."""
        fresh = {user.user_id: (user, user.fresh(self._key, self._cap) if self._cap else []) for user in users}
        wanted = sorted({item for _, likes in fresh.values() for item in likes})
        prior = self.prior(run) if wanted else None
        items = vectors_of(run, wanted) if prior is not None else {}
        found: dict[str, Vectors] = {}
        for user_id, (user, likes) in fresh.items():
            liked = [items[item] for item in likes if item in items]
            if prior is not None and liked:
                found[user_id] = self._current(prior, user, np.stack(liked))
            elif self._key in user.vectors:
                found[user_id] = user.vectors[self._key]
        return found

    def prior(self, run: ActiveRun) -> Prior | None:
        """What the run expects of users; None where it keeps nothing of the kind."""
        kept = self._prior
        if kept is None or kept[0] != run.id:
            kept = self._prior = (run.id, prior_of(self._graph, run.id))
        return kept[1]

    def _current(self, prior: Prior, user: UserState, liked: Vectors) -> Vectors:
        if self._key not in user.vectors:
            return folded(prior, liked)
        return renewed(user.vectors[self._key], user.learned(self._key, TRUST), prior, liked)
