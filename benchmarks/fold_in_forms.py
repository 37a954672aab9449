"""The ways to fold in that were compared: from the item vectors of k likes to a user, and so to scores of all items."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.held_likes import Floats, item_matrix, unit
from benchmarks.newcomers import Form
from gnn.factors import Learned
from gnn.prior import learn_prior
from gnn.ranking import Rows
from recommend.fold_in import Likes, folded

CHOSEN = "most probable"
"""What recommend.fold_in does."""
PRIOR_LIKES = 4.0
"""Likes that the mean user counts for in a mean with it."""
RIDGE = 10.0
Taste = Callable[[Floats, Floats], Floats]
"""From the tastes of liked items, float64[k, e], and their users, float64[k], to the taste of a user, float64[e]."""


@dataclass(frozen=True, slots=True)
class Forms:
    """All forms on one trained model. `items`: float64[m, d]; `able`: bool[m], which of them have a vector.

    `degrees`: float64[m], users of each; `mean`: float64[d], the mean user; `length`: mean length of users' tastes.
    """

    learned: Learned
    known: int
    items: Floats
    able: NDArray[np.bool_]
    degrees: Floats
    mean: Floats
    length: float

    @classmethod
    def of(cls, learned: Learned, known: int, item_ids: list[str], degrees: Floats) -> Forms:
        """For the item rows of `item_ids`; the first `known` users of `learned` are those with preferences."""
        items, able = item_matrix(learned, item_ids)
        users = learned.factors.users[:known].astype(np.float64)
        length = np.linalg.norm(users[:, : learned.factors.embedding_size], axis=1).mean()
        return cls(learned, known, items, able, degrees, users.mean(axis=0), float(length))

    def all(self) -> Iterator[tuple[str, Form]]:
        """Each by its name, the chosen one last."""
        yield "sum by 1/sqrt(degree)", self._form(lambda tastes, users: self._long((users**-0.5) @ unit(tastes)))
        yield "sum", self._form(lambda tastes, _users: self._long(unit(tastes).sum(axis=0)))
        yield "ridge regression", self._form(lambda tastes, _users: self._long(_ridge(tastes)))
        yield "mean with the mean user", self._form(self._with_mean)
        yield CHOSEN, self.chosen()

    def chosen(self) -> Form:
        """The form that serves, by the code that serves."""
        prior = learn_prior(self.learned.factors, self.known)
        size = len(prior.centre)
        return self._form(
            lambda tastes, _users: folded(prior, Likes.alike(tastes.astype(np.float32)))[:size].astype(np.float64)
        )

    def _form(self, taste: Taste) -> Form:
        """Scores by the inner product with `taste` and the biases of the mean user, whom nobody's likes have moved."""
        size = self.learned.factors.embedding_size

        def scores(likes: Rows) -> Floats:
            liked, user = likes[self.able[likes]], self.mean.copy()
            if len(liked):
                user[:size] = taste(self.items[liked, :size], np.maximum(self.degrees[liked], 1.0))
            return np.where(self.able, self.items @ user, -np.inf)

        return scores

    def _long(self, taste: Floats) -> Floats:
        """As long as users are on average, since the length says how much taste counts against popularity."""
        return taste * self.length / np.linalg.norm(taste)

    def _with_mean(self, tastes: Floats, _users: Floats) -> Floats:
        mean = self.mean[: tastes.shape[1]]
        likes = self.length * unit(tastes).sum(axis=0)
        whole: Floats = (PRIOR_LIKES * mean + likes) / (PRIOR_LIKES + len(tastes))
        return whole


def _ridge(tastes: Floats) -> Floats:
    """The user for whom all liked items score 1, as nearly as a penalty on length allows: a step of ALS."""
    gram = tastes.T @ tastes + RIDGE * np.eye(tastes.shape[1])
    found: Floats = np.linalg.solve(gram, tastes.sum(axis=0))
    return found
