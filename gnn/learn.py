"""Fits a model to preferences and judges it on held-out ones; knows no database."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from gnn.factors import Factors, Learned, Watch, popularity_factors, unwatched
from gnn.fits import FITS, Lesson
from gnn.metrics import evaluate
from gnn.settings import TrainingSettings
from gnn.splits import Split, leave_last
from graph.errors import ModelError, TrainingUnavailable
from graph.models import BLEND, CHURN, ITEM_ITEM
from graph.training_data import ItemContent, PreferenceArrays, UserProfile

TOP_K = 10
QUALITY = f"ndcg@{TOP_K}"
"""The metric by which a training is judged."""
PACKAGES: dict[str, tuple[str, ...]] = {
    "lightgcn": ("torch", "torch_geometric"),
    "lightfm": ("lightfm",),
    "two-tower": ("torch",),
    "als": ("implicit",),
    "nmf": ("sklearn",),
    ITEM_ITEM: ("scipy",),
    BLEND: (),
    CHURN: ("lightgbm", "sklearn"),
}
"""What each model needs, in the order in which all are trained; hybrid also needs what its components do."""


def require_packages(models: Sequence[str]) -> None:
    """Raise TrainingUnavailable if a package that one of `models` needs is missing, ModelError for an unknown model."""
    for model in models:
        if model not in PACKAGES:
            raise ModelError(f"There is no model {model!r}; choose one of {', '.join(PACKAGES)}.")
        missing = [name for name in PACKAGES[model] if importlib.util.find_spec(name) is None]
        if missing:
            raise TrainingUnavailable(
                f"Training {model} needs {', '.join(missing)}: pip install 'edgewise[learn]'. "
                "Everything else works without."
            )


def fit(
    model: str,
    data: PreferenceArrays,
    contents: Sequence[ItemContent],
    settings: TrainingSettings,
    watch: Watch = unwatched,
    *,
    profiles: Sequence[UserProfile] = (),
    stage: Literal["judging", "learning"] | None = None,
) -> Learned:
    """Train `model` on `data`; the first rows are those of `data`, users and items that it lacks follow.

    `stage` names the checkpoint of a training that is to be resumed after a kill, where settings.run keeps any.
    """
    return FITS[model](Lesson(data, contents, profiles, settings, watch, f"{model}-{stage}" if stage else None))


def quality(
    model: str,
    data: PreferenceArrays,
    contents: Sequence[ItemContent],
    settings: TrainingSettings,
    watch: Watch = unwatched,
    *,
    profiles: Sequence[UserProfile] = (),
) -> dict[str, float]:
    """NDCG@10 and Recall@10 of `model` trained without each user's newest preferences, on those; and popularity's.

    Empty if settings.validation_last is 0 or nobody has enough preferences.
    """
    split = leave_last(data, settings.validation_last)
    if not len(split.test):
        return {}
    learned = fit(
        model,
        split.train,
        contents,
        settings,
        lambda epoch: watch(replace(epoch, stage="judging")),
        profiles=profiles,
        stage="judging",
    )
    factors = learned.factors
    # Items that are known by content alone are no part of the split; users known by profile alone hold nothing out.
    known = Factors(factors.users, factors.items[: len(data.item_ids)], factors.embedding_size)
    return _means("", known, split) | _means("popular_", popularity_factors(split.train), split)


def _means(prefix: str, factors: Factors, split: Split) -> dict[str, float]:
    values = evaluate(factors.users, factors.items, split.train, split.test, TOP_K)
    return {f"{prefix}{name}@{TOP_K}": float(np.mean(per_user)) for name, per_user in values.items()}
