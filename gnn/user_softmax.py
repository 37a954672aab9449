"""An objective that takes users with all their items at once, against every item or a sample of popular ones.

A softmax over cosines as in Wu et al., On the Effectiveness of Sampled Softmax Loss for Item Recommendation (arXiv
2201.02327). A user's sum over the items is the same for all of the user's pairs, so it is computed once per user.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from gnn.log_partition import log_partition
from gnn.model_settings import LightGCNSettings
from gnn.objectives import Batch, Rows, Share, batch_of
from gnn.pair_scores import pair_scores
from gnn.sampling import batches, ranges
from graph.training_data import PreferenceArrays


class UserSoftmax:
    """Per pair log(e^s + Z) - s, with s the cosine over the temperature and Z = M · Σ_j w_j e^(s_j) over all items.

    w_j is in proportion to (how many users have j)^popularity, and sums to 1; M is `negative_weight`, as many
    negatives as the sum stands for. With `negatives` > 0 the sum is estimated from that many draws by w, which all
    users of a batch share.
    """

    def __init__(self, data: PreferenceArrays, settings: LightGCNSettings, share: Share) -> None:
        self._share, self._settings = share, settings
        counts = np.bincount(data.users, minlength=len(data.user_ids))
        self._users = np.flatnonzero(counts)
        self._size = settings.step_size(len(self._users))
        self._counts, self._starts = counts, np.cumsum(counts) - counts
        self._items = data.items[np.lexsort((data.items, data.users))]
        weights = np.bincount(data.items, minlength=len(data.item_ids)) ** settings.popularity
        self._cumulative = np.cumsum(weights / weights.sum())
        shares = (weights / weights.sum() * settings.negative_weight).astype(np.float32)
        self._weights = None if settings.negatives else torch.from_numpy(shares)

    @property
    def steps(self) -> int:
        return -(-len(self._users) // self._size)

    def batches(self, random: np.random.Generator) -> Iterator[Batch]:
        for places in batches(len(self._users), self._size, random):
            whole = np.sort(self._users[places])
            drawn = self._draw(random)
            users = self._share.of(whole)
            counts = self._counts[users]
            rows = np.repeat(np.arange(len(users)), counts)
            items = self._items[ranges(self._starts[users], counts)]
            yield self._batch(users, rows, items, drawn, int(self._counts[whole].sum()))

    def _draw(self, random: np.random.Generator) -> Rows | None:
        if not self._settings.negatives:
            return None
        drawn = np.searchsorted(self._cumulative, random.random(self._settings.negatives), side="right")
        return np.minimum(drawn, len(self._cumulative) - 1)

    def _batch(self, users: Rows, rows: Rows, items: Rows, drawn: Rows | None, pairs: int) -> Batch:
        if drawn is None:
            return batch_of(
                users=users, items=None, rows=rows, preferred=items, drawn=None, penalised=items, pairs=pairs
            )
        distinct, places = np.unique(np.concatenate([items, drawn]), return_inverse=True)
        preferred, sampled = np.split(places, [len(items)])
        return batch_of(
            users=users,
            items=distinct,
            rows=rows,
            preferred=preferred,
            drawn=sampled,
            penalised=preferred,
            pairs=pairs,
        )

    def loss(self, users: Tensor, items: Tensor, batch: Batch) -> Tensor:
        settings = self._settings
        users, items = functional.normalize(users) / settings.temperature, functional.normalize(items)
        own = pair_scores(users, items, batch.rows, batch.preferred)
        compared = items if batch.drawn is None else items.index_select(0, batch.drawn)
        weights = self._weights
        if weights is None:
            weights = torch.full((len(compared),), settings.negative_weight / len(compared))
        sums = log_partition(users, compared, weights.to(items.device), bfloat16=settings.precision == "bfloat16")
        return (torch.logaddexp(own, sums.index_select(0, batch.rows)) - own).sum() / batch.pairs
