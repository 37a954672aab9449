"""What scores are made of: from the final embeddings of all nodes to the vectors that rank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from torch import Tensor
from torch.nn import functional

from gnn.factors import Factors, Vectors
from gnn.model_settings import LightGCNSettings
from graph.training_data import PreferenceArrays

Score = Literal["cosine", "inner", "popularity"]


@dataclass(frozen=True, slots=True)
class ReadOut:
    """Vectors of length 1 for `cosine`, as they are for `inner`.

    `popularity`: user [u / T, 1] and item [i, b · log n] of length-1 embeddings u and i, so that a score is
    cosine / T + b · log n, n the users of the item. A softmax that compares with items in proportion to n^a learns
    the logarithm of how much likelier than n^a a pair is; this is what makes it a likelihood again (the correction of
    Bengio & Senécal 2008, with b fitted rather than taken to be a). `log_users`: float32[items].
    """

    score: Score
    temperature: float
    weight: float
    log_users: Vectors

    def __call__(self, nodes: Tensor, users: int) -> Factors:
        """Vectors of `nodes`, float32[nodes, d], of which the first `users` are users."""
        values = (nodes if self.score == "inner" else functional.normalize(nodes)).cpu().numpy()
        of_users, of_items = values[:users].copy(), values[users:].copy()
        if self.score == "popularity":
            of_users = np.column_stack([of_users / np.float32(self.temperature), np.ones(users, dtype=np.float32)])
            of_items = np.column_stack([of_items, np.float32(self.weight) * self.log_users])
        sharpness = 1 / self.temperature if self.score == "cosine" else 1.0
        return Factors(of_users, of_items, values.shape[1], sharpness)


def read_out_of(data: PreferenceArrays, settings: LightGCNSettings) -> ReadOut:
    """How `settings` read out what was learned from `data`; the loss bpr always by inner product."""
    counts = np.bincount(data.items, minlength=len(data.item_ids))
    return ReadOut(
        "inner" if settings.loss == "bpr" else settings.score,
        settings.temperature,
        settings.popularity_score,
        np.log(np.maximum(counts, 1)).astype(np.float32),
    )
