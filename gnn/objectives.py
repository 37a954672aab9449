"""What LightGCN learns by: batches of preferences, and the loss of each given the final embeddings it needs.

An objective knows neither how embeddings are computed (the whole graph or a sample of it) nor on how many processes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from gnn.losses import bpr, sampled_softmax
from gnn.model_settings import LightGCNSettings
from gnn.sampling import batches, unseen_items
from graph.training_data import PreferenceArrays

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Share:
    """Which part of every batch is this process's: of `size` processes the one with this `rank`, counted from 0."""

    rank: int = 0
    size: int = 1

    def of(self, rows: Rows) -> Rows:
        """Every `size`-th row, from the `rank`-th on; the shares of all processes together are all rows."""
        return rows[self.rank :: self.size]


@dataclass(frozen=True, slots=True)
class Batch:
    """One process's share of p pairs; all tensors int64 and on one device.

    `users` [u] and `items` [i]: rows of the preferences whose final embeddings the loss needs (`items` None: of every
    item, in their order). Everything else is a place in these: `rows` [p] of each pair's user, `preferred` [p] of its
    item, `drawn` of the items to compare with (None: with all of `items`), `penalised` of the items whose length the
    pairs answer for. `pairs`: how many pairs the whole batch has over all processes. A loss is a sum over the share
    divided by `pairs`, so that the shares add up to that of the whole batch.
    """

    users: Tensor
    items: Tensor | None
    rows: Tensor
    preferred: Tensor
    drawn: Tensor | None
    penalised: Tensor
    pairs: int

    def to(self, device: torch.device) -> Batch:
        """The same on `device`."""
        held: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        moved: dict[str, Any] = {k: part.to(device) if isinstance(part, Tensor) else part for k, part in held.items()}
        return Batch(**moved)


class Objective(Protocol):
    """A loss and the batches it wants. The same generator state gives the same batches, whatever the share."""

    @property
    def steps(self) -> int:
        """Batches per epoch."""

    def batches(self, random: np.random.Generator) -> Iterator[Batch]:
        """The batches of one epoch, on the CPU; every preference is in one of them."""

    def loss(self, users: Tensor, items: Tensor, batch: Batch) -> Tensor:
        """The share's part of the mean loss per pair, a scalar.

        `users`: float[u, d], `items`: float[i, d], the final embeddings of `batch.users` and `batch.items`.
        """


class PairSoftmax:
    """Batches of pairs, each against many items that the batch draws at once; scores are cosines."""

    def __init__(self, data: PreferenceArrays, settings: LightGCNSettings, share: Share) -> None:
        self._data, self._share = data, share
        self._size, self._temperature = settings.step_size(len(data.user_ids)), settings.temperature
        self._items = len(data.item_ids)
        self._negatives = min(settings.negatives or self._items, self._items)

    @property
    def steps(self) -> int:
        return -(-len(self._data) // self._size)

    def batches(self, random: np.random.Generator) -> Iterator[Batch]:
        for whole in batches(len(self._data), self._size, random):
            drawn = random.integers(self._items, size=self._negatives)
            share = self._share.of(whole)
            users, rows = np.unique(self._data.users[share], return_inverse=True)
            items, places = np.unique(np.concatenate([self._data.items[share], drawn]), return_inverse=True)
            preferred = places[: len(share)]
            yield batch_of(
                users=users,
                items=items,
                rows=rows,
                preferred=preferred,
                drawn=places[len(share) :],
                penalised=preferred,
                pairs=len(whole),
            )

    def loss(self, users: Tensor, items: Tensor, batch: Batch) -> Tensor:
        users, items = functional.normalize(users), functional.normalize(items)
        preferred = items.index_select(0, batch.preferred)
        drawn = items if batch.drawn is None else items.index_select(0, batch.drawn)
        return sampled_softmax(users, batch.rows, preferred, drawn, self._temperature).sum() / batch.pairs


class PairRanking:
    """Batches of pairs, each against one item that its user does not have: BPR, as in the paper."""

    def __init__(self, data: PreferenceArrays, settings: LightGCNSettings, share: Share) -> None:
        self._data, self._share = data, share
        self._size = settings.step_size(len(data.user_ids))
        self._items = len(data.item_ids)
        self._seen = np.sort(data.users * self._items + data.items)

    @property
    def steps(self) -> int:
        return -(-len(self._data) // self._size)

    def batches(self, random: np.random.Generator) -> Iterator[Batch]:
        for whole in batches(len(self._data), self._size, random):
            drawn = unseen_items(self._data.users[whole], self._seen, self._items, random)
            share = self._share.of(whole)
            items = np.concatenate([self._data.items[share], self._share.of(drawn)])
            places = np.arange(len(items))
            yield batch_of(
                users=self._data.users[share],
                items=items,
                rows=places[: len(share)],
                preferred=places[: len(share)],
                drawn=places[len(share) :],
                penalised=places,
                pairs=len(whole),
            )

    def loss(self, users: Tensor, items: Tensor, batch: Batch) -> Tensor:
        pairs = len(batch.rows)
        return bpr(users, items[:pairs], items[pairs:]).sum() / batch.pairs


def batch_of(
    *, users: Rows, items: Rows | None, rows: Rows, preferred: Rows, drawn: Rows | None, penalised: Rows, pairs: int
) -> Batch:
    """A batch from arrays; see Batch."""
    return Batch(
        users=torch.from_numpy(users),
        items=None if items is None else torch.from_numpy(items),
        rows=torch.from_numpy(rows),
        preferred=torch.from_numpy(preferred),
        drawn=None if drawn is None else torch.from_numpy(drawn),
        penalised=torch.from_numpy(penalised),
        pairs=pairs,
    )
