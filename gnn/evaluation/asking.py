"""What strategies recommend in the world of a fold, and asking the code that serves for it, many users at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from gnn.evaluation.folds import Fold
from gnn.recommended import Recommended
from recommend.protocol import Answer, Ask
from recommend.service import RecommendationService

USERS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What a strategy recommends. `own`: how many of the `given` items it found itself, the rest came by fallback."""

    recommended: Recommended
    own: int
    given: int


class World(Protocol):
    """Where strategies can be asked as of the cut of a fold."""

    def recommend(self, fold: Fold, names: Sequence[str], top_k: int) -> list[Asked]:
        """What each of the strategies `names` recommends to the users with a test pair, in order."""


def ask(service: RecommendationService, strategy: str, fold: Fold, top_k: int, done: Callable[[int], None]) -> Asked:
    """Ask for `top_k` items for every user with a test pair; `done` is told how many users have their answer.

    Raises UnknownStrategy, and InputError for a `top_k` that serving does not give.
    """
    rows = np.unique(fold.split.test.users)
    ranked = np.full((len(rows), top_k), -1, dtype=np.int64)
    item_row = {item: row for row, item in enumerate(fold.history.item_ids)}
    own = given = 0
    for start in range(0, len(rows), USERS_AT_ONCE):
        users = [fold.history.user_ids[row] for row in rows[start : start + USERS_AT_ONCE].tolist()]
        for place, answer in enumerate(service.recommend([Ask(user, top_k) for user in users], strategy), start):
            items = [item_row[one.item_id] for one in answer.recommendations]
            ranked[place, : len(items)] = items
            own += _own(answer, strategy)
            given += len(items)
        done(start + len(users))
    return Asked(Recommended(strategy, rows, ranked), own, given)


def _own(answer: Answer, strategy: str) -> int:
    return sum(one.strategy == strategy for one in answer.recommendations)
