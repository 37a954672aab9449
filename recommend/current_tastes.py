"""The vectors of users as of this moment: those of the run that serves, with what the users have liked since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from graph.client import Graph
from graph.models import ActiveRun
from graph.priors import Prior, prior_of
from graph.user_states import Liking, RunKey, UserState
from graph.vectors import Vectors
from recommend.fold_in import Likes, drops, folded, lessened, renewed, trusted
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

    def vectors(self, run: ActiveRun, users: Sequence[UserState], vectors_of: VectorsOf) -> list[Vectors | None]:
        """The vector of each user, in order, None for one without. `vectors_of` is asked at most once."""
        wanted = sorted({like.item_id for user in users for like in self._wanted(user)})
        prior = self.prior(run) if wanted else None
        items = vectors_of(run, wanted) if prior is not None else {}
        return [self.current(user, prior, items) for user in users]

    def prior(self, run: ActiveRun) -> Prior | None:
        """What the run expects of users; None where it keeps nothing of the kind."""
        kept = self._prior
        if kept is None or kept[0] != run.id:
            kept = self._prior = (run.id, prior_of(self._graph, run.id))
        return kept[1]

    def drops(
        self, user: UserState, prior: Prior, items: Mapping[str, Vectors], target: Vectors
    ) -> list[tuple[Liking, float]]:
        """Each like that `items` has a vector of, and about how much the score of `target` would fall without it."""
        fresh = known(self._fresh(user), items)
        found = list(zip(fresh, drops(prior, likes_of(fresh, items), target).tolist(), strict=True)) if fresh else []
        if self._key not in user.vectors:
            return found
        behind = user.learned(self._key)
        learned = known(behind, items)
        share = trusted(len(behind), likes_of(fresh, items)) if fresh else 1.0
        by_learned = drops(prior, likes_of(learned, items), target) if learned else np.empty(0)
        return [
            *((like, share * drop) for like, drop in zip(learned, by_learned.tolist(), strict=True)),
            *((like, (1 - share) * drop) for like, drop in found),
        ]

    def counted(self, user: UserState) -> list[Liking]:
        """All likes that their vector may follow from, those withheld included."""
        return [*self._fresh(user), *(user.learned(self._key) + user.unlearned(self._key) if self._cap else [])]

    def _fresh(self, user: UserState) -> list[Liking]:
        return user.fresh(self._key, self._cap) if self._cap else []

    def _wanted(self, user: UserState) -> Iterable[Liking]:
        unlearned = user.unlearned(self._key) if self._key in user.vectors else []
        return chain(self._fresh(user), unlearned, user.learned(self._key) if unlearned else [])

    def current(self, user: UserState, prior: Prior | None, items: Mapping[str, Vectors]) -> Vectors | None:
        """The vector of one user by the vectors of what they like: float32[d]; None for one without."""
        stored = user.vectors.get(self._key)
        if prior is None:
            return stored
        fresh = known(self._fresh(user), items)
        if stored is None:
            return folded(prior, likes_of(fresh, items)) if fresh else None
        withheld = known(user.unlearned(self._key), items)
        if withheld:
            left = likes_of(known(user.learned(self._key), items), items)
            stored = lessened(stored, prior, left, likes_of(withheld, items))
        return renewed(stored, len(user.learned(self._key)), prior, likes_of(fresh, items)) if fresh else stored


def known(likes: Iterable[Liking], items: Mapping[str, Vectors]) -> list[Liking]:
    """Those of `likes` that `items` has a vector of."""
    return [like for like in likes if like.item_id in items]


def likes_of(likes: Sequence[Liking], items: Mapping[str, Vectors]) -> Likes:
    """The same as arrays; all must be in `items`, which must not be empty."""
    size = len(next(iter(items.values())))
    vectors = np.asarray([items[like.item_id] for like in likes], dtype=np.float32).reshape(len(likes), size)
    weights: NDArray[np.float64] = np.asarray([like.decay for like in likes], dtype=np.float64)
    return Likes(vectors, weights)
