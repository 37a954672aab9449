"""The peers that our models are measured against, each with what it may be tuned over.

All learn from users x items and rank in memory; see gnn.ranking for what becomes of their scores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from benchmarks.peer_factors import als, bpr, lightfm
from benchmarks.peer_neighbours import ease, item_knn
from gnn.ranking import Rows, Scorer

Setting: TypeAlias = Mapping[str, Any]
"""Values of a peer's parameters by name."""


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers between `low` and `high`, drawn evenly over their logarithms; whole ones if `whole`."""

    low: float
    high: float
    whole: bool = False

    def draw(self, random: np.random.Generator) -> float:
        """One of them."""
        drawn = float(np.exp(random.uniform(np.log(self.low), np.log(self.high))))
        return round(drawn) if self.whole else drawn


@dataclass(frozen=True, slots=True)
class Peer:
    """`fit(train, seed, **setting)` learns from a matrix of ones without empty rows or columns.

    `usual` is the setting that its library or paper starts from, `space` what else may be drawn: a span, or a choice.
    """

    name: str
    fit: Callable[..., Scorer]
    usual: Setting
    space: Mapping[str, Span | tuple[Any, ...]]

    def draw(self, random: np.random.Generator) -> Setting:
        """A setting from the space."""
        return {
            name: values.draw(random) if isinstance(values, Span) else values[random.integers(len(values))]
            for name, values in self.space.items()
        }


FACTORS = (16, 32, 64, 128)
PEERS = (
    Peer(
        "als",
        als,
        {"factors": 64, "regularisation": 0.01, "alpha": 1.0, "iterations": 15},
        {
            "factors": FACTORS,
            "regularisation": Span(1e-3, 300),
            "alpha": Span(0.3, 100),
            "iterations": Span(5, 50, whole=True),
        },
    ),
    Peer(
        "bpr",
        bpr,
        {"factors": 64, "regularisation": 0.01, "learning_rate": 0.01, "iterations": 100},
        {
            "factors": FACTORS,
            "regularisation": Span(1e-4, 0.2),
            "learning_rate": Span(5e-3, 0.3),
            "iterations": Span(30, 300, whole=True),
        },
    ),
    Peer(
        "lightfm-warp",
        lightfm,
        {"factors": 64, "regularisation": 0.0, "learning_rate": 0.05, "max_sampled": 10, "epochs": 30},
        {
            "factors": FACTORS,
            "regularisation": Span(1e-7, 1e-3),
            "learning_rate": Span(5e-3, 0.15),
            "max_sampled": (10, 30),
            "epochs": Span(5, 50, whole=True),
        },
    ),
    Peer("ease", ease, {"regularisation": 500.0}, {"regularisation": Span(1, 10_000)}),
    Peer(
        "item-knn",
        item_knn,
        {"neighbours": 20, "shrink": 0.0, "weighting": "bm25"},
        {"neighbours": Span(5, 1_000, whole=True), "shrink": Span(0.01, 1_000), "weighting": ("none", "tfidf", "bm25")},
    ),
)


def fitted(peer: Peer, train: csr_array, setting: Setting, seed: int) -> Scorer:
    """Train `peer` on users x items (float32, ones) with `setting`; its scores are over all rows and columns of that.

    Items without an entry come last, and users without one get items by how many users have them, so that no peer is
    judged by what it happens to do where it has learned nothing. A score that is no number counts as 0.
    """
    popularity = np.bincount(train.indices, minlength=train.shape[1]).astype(np.float32)
    users, items = np.flatnonzero(np.diff(train.indptr)), np.flatnonzero(popularity)
    scores = peer.fit(csr_array(train[users][:, items]), seed, **setting)
    place = np.full(train.shape[0], -1)
    place[users] = np.arange(len(users))

    def of_all(rows: Rows) -> NDArray[np.float32]:
        found = np.tile(popularity, (len(rows), 1))
        known = np.flatnonzero(place[rows] >= 0)
        learned = np.nan_to_num(np.asarray(scores(place[rows[known]]), dtype=np.float32), posinf=0.0, neginf=0.0)
        lowest = learned.min(axis=1, keepdims=True, initial=0.0)
        found[known] = lowest - 1
        found[np.ix_(known, items)] = learned
        return found

    return of_all
