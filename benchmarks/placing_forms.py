"""The ways to place new items by content that were compared, and what to compare them with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import Ridge

from benchmarks.arrivals import Arrivals, Scorer
from benchmarks.held_likes import Floats, item_matrix, unit
from gnn.content_map import learn_content_map
from gnn.factors import Learned
from gnn.ranking import pair_matrix
from graph.training_data import ItemContent, PreferenceArrays
from recommend.maintain import tag_matrix
from recommend.placing import placed_vector

CHOSEN = "ridge regression"
"""What gnn.content_map does."""
NEAR = 16
"""Power of the cosine by which items weigh in a mean of those with like tags."""
PENALTY = 10.0


@dataclass(frozen=True, slots=True)
class PlacingForms:
    """All forms for the arrivals `new` on a model that `learned` from the pairs that are `kept` (bool[n])."""

    data: PreferenceArrays
    contents: list[ItemContent]
    learned: Learned
    kept: NDArray[np.bool_]
    new: Arrivals

    def all(self) -> Iterator[tuple[str, Floats]]:
        """Vectors of the arrivals, float64[a, d], by each form, the chosen one last."""
        vectors, able = item_matrix(self.learned, self.data.item_ids)
        tags, degrees = self._tags(), self._degrees()
        known, items = np.flatnonzero(degrees), self.new.items
        near = (unit(tags[items]) @ unit(tags[known]).T) ** NEAR * np.sqrt(degrees[known])
        yield "mean of those with like tags", near @ vectors[known] / np.maximum(near.sum(axis=1), 1e-9)[:, None]
        ridge = Ridge(PENALTY).fit(tags[known], vectors[known], sample_weight=np.sqrt(degrees[known]))
        yield "ridge regression by root of degree", ridge.predict(tags[items])
        if able[items].any():
            yield "as it places items itself", vectors[items]
        yield CHOSEN, self.chosen()

    def chosen(self) -> Floats:
        """By the code that serves; zeros where an item says nothing."""
        content_map = learn_content_map(self.learned, int((self._degrees() > 0).sum()), self.contents)
        width = self.learned.factors.items.shape[1]
        of = {content.item_id: content for content in self.contents}
        found = np.zeros((len(self.new.items), width))
        for row, item in enumerate(self.new.items):
            vector = placed_vector(content_map, of[self.data.item_ids[item]]) if content_map else None
            if vector is not None:
                found[row] = vector[:width]
        return found

    def popular_tags(self) -> Scorer:
        """How many users an item with such tags has on average: the same list for everybody."""
        tags, degrees = self._tags(), self._degrees()
        known = degrees > 0
        scores = Ridge(PENALTY).fit(tags[known], degrees[known]).predict(tags[self.new.items])
        return lambda users: np.tile(scores, (len(users), 1))

    def tag_profiles(self) -> Scorer:
        """How much an item's tags are like those of all that a user likes: no model at all."""
        tags = self._tags()
        profiles, wanted = unit(pair_matrix(self.data.where(self.kept)) @ tags), unit(tags[self.new.items])
        return lambda users: profiles[users] @ wanted.T

    def any_order(self, seed: int) -> Scorer:
        """By chance."""
        random = np.random.default_rng(seed)
        return lambda users: random.random((len(users), len(self.new.items)))

    def _degrees(self) -> Floats:
        return np.bincount(self.data.items[self.kept], minlength=len(self.data.item_ids)).astype(np.float64)

    def _tags(self) -> Floats:
        """float64[m, t], at the item rows of the data."""
        of = {content.item_id: content for content in self.contents}
        return tag_matrix([of[item] for item in self.data.item_ids]).toarray()
