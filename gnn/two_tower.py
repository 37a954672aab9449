"""Two-tower: one network turns users into vectors and one items, by who or what they are and by what is told of them.

Yi et al., Sampling-Bias-Corrected Neural Modeling for Large Corpus Item Recommendations (RecSys 2019): a softmax over
the items of a batch (eq. 4), each logit less the logarithm of how often its item comes into one (section 3).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from gnn.content import item_features
from gnn.factors import Epoch, Factors, Watch, float32, unwatched
from gnn.features import Features
from gnn.losses import refuse_divergence
from gnn.model_settings import TwoTowerSettings
from gnn.profiles import user_features
from gnn.tower import Tower
from graph.training_data import ItemContent, PreferenceArrays, UserProfile


def fit_two_tower(
    data: PreferenceArrays,
    contents: Sequence[ItemContent],
    settings: TwoTowerSettings,
    seed: int,
    watch: Watch = unwatched,
    *,
    profiles: Sequence[UserProfile] = (),
) -> tuple[list[str], list[str], Factors]:
    """Train on `data`, the content of items and the profiles of users; return user ids, item ids and their vectors.

    The first rows are those of `data`; users and items that it lacks follow, placed by profile or content alone. An
    inner product is the logit of a user's choice among all items. Raises ModelError when the loss is no number.
    """
    users = user_features(data, profiles if settings.profiles else (), settings)
    items = item_features(data, contents if settings.content else ())
    towers = Towers(users, items, settings, seed)
    optimizer = torch.optim.AdamW(
        towers.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay, fused=True
    )
    frequency = np.bincount(data.items, minlength=len(data.item_ids)) / len(data)
    # An item of no pair is never drawn; any finite number does.
    drawn = torch.from_numpy(np.log(np.maximum(frequency, 1 / len(data)))).float()
    for number in range(1, settings.epochs + 1):
        random = np.random.default_rng([seed, number])
        losses = []
        for batch in _batches(random.permutation(len(data)), settings.batch_size):
            optimizer.zero_grad()
            surprise = towers.loss(data.users[batch], data.items[batch], drawn, random)
            surprise.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            optimizer.step()
            losses.append(float(surprise.detach()))
        loss = float(np.mean(losses))
        refuse_divergence("Two-tower", loss, number)
        watch(Epoch("two-tower", number, settings.epochs, loss))
    return users.ids, items.ids, towers.factors()


class Towers(nn.Module):
    """Both towers, and the softmax that they are learned by."""

    def __init__(self, users: Features, items: Features, settings: TwoTowerSettings, seed: int) -> None:
        super().__init__()
        self._settings = settings
        with torch.random.fork_rng(devices=()):
            torch.manual_seed(seed)
            self.users, self.items = (Tower(one, settings.embedding_size, settings.hidden) for one in (users, items))

    def loss(
        self, users: NDArray[np.int64], items: NDArray[np.int64], drawn: Tensor, random: np.random.Generator
    ) -> Tensor:
        """Mean surprise at the item of each pair, of b users and b items, among those of all b pairs.

        `drawn`: float32[m], the logarithm of each item's share of all pairs, by which it comes into a batch.
        """
        share = self._settings.id_dropout
        kept = [random.random(len(users)) >= share for _ in range(2)]
        logits = self.users(users, kept[0]) @ self.items(items, kept[1]).T / self._settings.temperature
        wanted = torch.from_numpy(items)
        # The item itself, drawn again by another pair, is no wrong answer.
        again = (wanted[:, None] == wanted[None, :]).fill_diagonal_(False)  # noqa: FBT003 - torch takes no keyword
        corrected = (logits - drawn[wanted]).masked_fill(again, -math.inf)
        return functional.cross_entropy(corrected, torch.arange(len(users)))

    @torch.no_grad()
    def factors(self) -> Factors:
        """Everyone's vectors; those of users are divided by the temperature, so that products are logits."""
        users, items = self.users.everyone(), self.items.everyone()
        return Factors(
            float32((users / self._settings.temperature).numpy()), float32(items.numpy()), self._settings.embedding_size
        )


def _batches(order: NDArray[np.int64], size: int) -> list[NDArray[np.int64]]:
    return np.array_split(order, max(1, math.ceil(len(order) / size)))
