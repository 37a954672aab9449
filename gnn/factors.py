"""What every learned model comes to: vectors of users and items whose inner product is the score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.training_data import PreferenceArrays

Vectors: TypeAlias = NDArray[np.float32]


def float32(values: NDArray[Any]) -> Vectors:
    """The same numbers as vectors are kept."""
    return np.ascontiguousarray(values, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Factors:
    """`users`: float32[n, d], `items`: float32[m, d]; a score is the inner product of a row of each.

    The first `embedding_size` of the d coordinates are taste, those after them carry biases. Scores times `sharpness`
    are logits: what a softmax over items takes.
    """

    users: Vectors
    items: Vectors
    embedding_size: int
    sharpness: float = 1.0


@dataclass(frozen=True, slots=True)
class Learned:
    """Vectors and whose they are: row k of `factors.users` is `user_ids[k]`, likewise items."""

    user_ids: list[str]
    item_ids: list[str]
    factors: Factors


@dataclass(frozen=True, slots=True)
class Epoch:
    """One pass over the data, told to whoever watches: `number` counts from 1, `epochs` is the most there can be.

    A model is first judging (trained without the newest preferences), then learning; `quality` is its NDCG@10 on
    those once it is known. In either stage there may be two phases: a selection of how many epochs to learn for, with
    a `validation` metric now and then, and a fit of that many. `loss` is a mean per preference, `seconds` the time
    learned so far in this phase, `learning_rate` that of the last step.
    """

    model: str
    number: int
    epochs: int
    loss: float | None = None
    stage: Literal["judging", "learning"] = "learning"
    quality: float | None = None
    phase: Literal["selection", "fit"] = "fit"
    validation: float | None = None
    seconds: float | None = None
    learning_rate: float | None = None


Watch = Callable[[Epoch], None]


def unwatched(_epoch: Epoch) -> None:
    """Tell nobody."""


def popularity_factors(data: PreferenceArrays) -> Factors:
    """The baseline in the same form: every user scores an item by how many users of `data` have it."""
    counts = np.bincount(data.items, minlength=len(data.item_ids)).astype(np.float32)
    return Factors(np.ones((len(data.user_ids), 1), dtype=np.float32), counts[:, None], embedding_size=0)
