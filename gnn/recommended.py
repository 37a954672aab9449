"""What a strategy recommends to the users of a test: the form in which every strategy is judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graph.errors import InputError


@dataclass(frozen=True, slots=True)
class Recommended:
    """What one `strategy` recommends to the test users of one split.

    `rows`: int64[u], the user rows with at least one test pair, ascending; `ranked`: int64[u, k], item rows, best
    first, without repeats, -1 (at the end alone) where there are fewer than k; `auc`: float64[u], the area under the
    ROC curve of each user over the whole catalogue, NaN where it is not defined, or None where only the list is
    known: then all that it leaves out counts as tied (see gnn.metrics.list_auc).
    """

    strategy: str
    rows: NDArray[np.int64]
    ranked: NDArray[np.int64]
    auc: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        if self.ranked.shape[:-1] != self.rows.shape:
            raise InputError(
                f"{self.strategy}: {len(self.rows)} users and ranked items of shape {self.ranked.shape}; "
                "give one row of items to each user."
            )
        if self.auc is not None and self.auc.shape != self.rows.shape:
            raise InputError(f"{self.strategy}: {len(self.rows)} users but AUC of shape {self.auc.shape}.")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The items that may be recommended and what is known of them.

    `items`: bool[m] over the item rows of the split, True where an item may be recommended; `features`: float[m, f]
    (sparse, rows of any length) for the diversity of lists, or None. A row without features is left out there.
    """

    items: NDArray[np.bool_]
    features: csr_array | None = None

    def __post_init__(self) -> None:
        if self.features is not None and self.features.shape[0] != len(self.items):
            raise InputError(f"{self.features.shape[0]} items have features, but the catalogue has {len(self.items)}.")
