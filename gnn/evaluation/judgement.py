"""What strategies are worth on the same users, value by value, and the same of several splits pooled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.errors import InputError
from recommend import exposure

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class UserValues:
    """One metric of one strategy; over any set of users it is the sum of `values` divided by that of `weights`.

    Both float64[u]. Weights are 1, or 0 (as is the value) for users for whom the metric is not defined, so that it is
    the plain mean over the others; popularity bias alone is a ratio of two means and has the user's own as weights.
    """

    values: Values
    weights: Values

    def over(self, users: NDArray[np.bool_]) -> float:
        """The metric of the `users` (bool[u]); NaN where it is defined for none of them."""
        weight = self.weights[users].sum()
        return float(self.values[users].sum() / weight) if weight else float("nan")


@dataclass(frozen=True, slots=True)
class Judged:
    """What one strategy is worth: `metrics` by name and `exposure`, int64[m] per K, in how many lists each item is.

    Names are `ndcg@10` and the like (gnn.evaluation.metric_words has them all), and `auc`, which is exact only where
    all items were scored and not just the best of them (`auc_exact`).
    """

    strategy: str
    auc_exact: bool
    metrics: dict[str, UserValues]
    exposure: dict[int, NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Judgement:
    """All strategies on the same users.

    `users`: int64[u], rows of `user_ids`, which repeat where several splits are pooled: whole users are what a
    bootstrap resamples. `groups`: bool[u] by name, see gnn.evaluation.user_groups. `catalogue`: bool[m], items that
    could be recommended in any of the splits. `train_pairs` and `test_pairs` have one count per split.
    """

    user_ids: list[str]
    users: NDArray[np.int64]
    profile_sizes: NDArray[np.int64]
    groups: dict[str, NDArray[np.bool_]]
    strategies: tuple[Judged, ...]
    catalogue: NDArray[np.bool_]
    top_ks: tuple[int, ...]
    train_pairs: tuple[int, ...]
    test_pairs: tuple[int, ...]

    def coverage(self, judged: Judged, top_k: int) -> float:
        """Share of the catalogue that is in any list of `top_k`."""
        return exposure.coverage(judged.exposure[top_k][self.catalogue])

    def gini(self, judged: Judged, top_k: int) -> float:
        """How unequally the lists of `top_k` show the catalogue: 0 equally, towards 1 always the same items."""
        return exposure.gini(judged.exposure[top_k][self.catalogue])


def pool(judgements: Sequence[Judgement]) -> Judgement:
    """Several splits of the same data as one sample: the users of all of them, their exposure summed.

    A user who is tested in several splits has several values; the pooled metric is the mean over all of them.
    Raises InputError unless all have the same users, items, strategies and K, and where there is none.
    """
    if not judgements:
        raise InputError("No split was judged: nothing can be pooled.")
    first = judgements[0]
    for other in judgements[1:]:
        _refuse_different(first, other)
    return Judgement(
        user_ids=first.user_ids,
        users=np.concatenate([judgement.users for judgement in judgements]),
        profile_sizes=np.concatenate([judgement.profile_sizes for judgement in judgements]),
        groups={name: np.concatenate([judgement.groups[name] for judgement in judgements]) for name in first.groups},
        strategies=tuple(_pooled(parts) for parts in zip(*(j.strategies for j in judgements), strict=True)),
        catalogue=np.logical_or.reduce([judgement.catalogue for judgement in judgements]),
        top_ks=first.top_ks,
        train_pairs=tuple(count for judgement in judgements for count in judgement.train_pairs),
        test_pairs=tuple(count for judgement in judgements for count in judgement.test_pairs),
    )


def _refuse_different(first: Judgement, other: Judgement) -> None:
    same_rows = first.user_ids == other.user_ids and len(first.catalogue) == len(other.catalogue)
    names, theirs = ([judged.strategy for judged in judgement.strategies] for judgement in (first, other))
    if not same_rows or names != theirs or first.top_ks != other.top_ks or first.groups.keys() != other.groups.keys():
        raise InputError(
            "Splits can be pooled only over the same users and items, with the same strategies and K; "
            f"one has {len(first.user_ids)} users and {', '.join(names)}, "
            f"another {len(other.user_ids)} users and {', '.join(theirs)}."
        )


def _pooled(parts: Sequence[Judged]) -> Judged:
    metrics = {
        name: UserValues(
            np.concatenate([part.metrics[name].values for part in parts]),
            np.concatenate([part.metrics[name].weights for part in parts]),
        )
        for name in parts[0].metrics
    }
    exposure = {top_k: np.sum([part.exposure[top_k] for part in parts], axis=0) for top_k in parts[0].exposure}
    return Judged(parts[0].strategy, all(part.auc_exact for part in parts), metrics, exposure)
