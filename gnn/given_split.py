"""A split that comes as two sets of pairs, such as the train and test files of a published benchmark."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from gnn.splits import Split, judged_by, random_share, validation
from graph.training_data import PreferenceArrays


@dataclass(frozen=True, slots=True)
class GivenSplit:
    """`split` over the rows of all ids of both parts; what in test is not as in train was counted.

    `repeated`: test pairs that were dropped since train has them; `new_users`, `new_items`: those of the test pairs
    that are left which have no train pair, so that nothing but what they are like tells of them.
    """

    split: Split
    repeated: int
    new_users: int
    new_items: int


def given_split(train: PreferenceArrays, test: PreferenceArrays) -> GivenSplit:
    """Bring both parts to the same rows, sorted by id, and drop from test what is in train."""
    user_ids = sorted({*train.user_ids, *test.user_ids})
    item_ids = sorted({*train.item_ids, *test.item_ids})
    train, test = (_over(part, user_ids, item_ids) for part in (train, test))
    known = np.isin(_numbers(test), _numbers(train))
    test = test.where(~known)
    return GivenSplit(
        Split(train, test),
        repeated=int(known.sum()),
        new_users=len(np.setdiff1d(test.users, train.users)),
        new_items=len(np.setdiff1d(test.items, train.items)),
    )


def validation_like(split: Split, users: int, seed: int) -> Split:
    """Carve from train what settings are chosen by where nobody knows by which rule test was drawn.

    It is a random part of the pairs of at most `users` users, as large a share of theirs as test is of everything.
    Raises InputError where train or test is empty.
    """
    share = len(split.test) / max(len(split.train) + len(split.test), 1)
    return judged_by(validation(split, partial(random_share, share=share, seed=seed)), users, seed)


def _over(data: PreferenceArrays, user_ids: list[str], item_ids: list[str]) -> PreferenceArrays:
    return replace(
        data,
        user_ids=user_ids,
        item_ids=item_ids,
        users=_places(data.user_ids, user_ids)[data.users],
        items=_places(data.item_ids, item_ids)[data.items],
    )


def _places(some: list[str], everything: list[str]) -> NDArray[np.int64]:
    """Where each of `some` ids stands in `everything`: int64[len(some)]."""
    rows = {name: row for row, name in enumerate(everything)}
    return np.asarray([rows[name] for name in some], dtype=np.int64)


def _numbers(data: PreferenceArrays) -> NDArray[np.int64]:
    """One number per pair."""
    return data.users * len(data.item_ids) + data.items
