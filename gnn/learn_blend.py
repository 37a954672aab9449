"""Learns what a blend's components weigh: trains them without a part of the preferences, and looks for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from gnn.blend_weights import LearnedWeights, learn_weights
from gnn.blending import by_item_item, by_popularity, by_vectors, top_lists
from gnn.content_map import with_placed
from gnn.factors import Epoch, Watch, unwatched
from gnn.item_item import fit_item_item
from gnn.learn import fit
from gnn.ranking import Scorer, pair_matrix
from gnn.settings import BlendSettings, TrainingSettings
from gnn.splits import Split, carve, judged_by, validation
from graph.models import ITEM_ITEM
from graph.settings import PopularitySettings
from graph.training_data import ItemContent, PreferenceArrays, UserProfile, compact
from recommend.fallback import LAST


def learn_blend(
    components: Sequence[str],
    data: PreferenceArrays,
    contents: Sequence[ItemContent],
    settings: TrainingSettings,
    watch: Watch = unwatched,
    *,
    profiles: Sequence[UserProfile] = (),
) -> LearnedWeights:
    """The weights of `components` by which their blend finds best what is held out of `data`; see BlendSettings.

    Takes as long as training each of them, and a few seconds. Raises InputError where nothing can be held out.
    """
    split = held_out(data, settings.blend, settings.seed)
    rows = np.unique(split.test.users)
    seen = pair_matrix(split.train)
    lists = {}
    for name in components:
        scorer = fit_scorer(name, split.train, contents, settings, watch, profiles=profiles)
        lists[name] = top_lists(scorer, rows, seen)
    return learn_weights(lists, pair_matrix(split.test)[rows], settings.blend.top_k)


def held_out(data: PreferenceArrays, settings: BlendSettings, seed: int) -> Split:
    """What is learned from and what is held out of settings.users users; see BlendSettings."""
    newest = None if settings.held_out == "auto" else settings.held_out == "newest"
    rule = partial(carve, share=settings.share, seed=seed, newest=newest)
    whole = Split(data, data.where(np.zeros(len(data), dtype=np.bool_)))
    return judged_by(validation(whole, rule), settings.users, seed)


def fit_scorer(
    name: str,
    data: PreferenceArrays,
    contents: Sequence[ItemContent],
    settings: TrainingSettings,
    watch: Watch = unwatched,
    *,
    profiles: Sequence[UserProfile] = (),
) -> Scorer:
    """A component trained on `data`, as scores over its user and item rows; -inf for what it does not list."""
    if name == LAST:
        return by_popularity(decayed(data, settings.blend.popularity))
    if name == ITEM_ITEM:
        return by_item_item(pair_matrix(data), fit_item_item(data, settings.item_item))
    known = compact(data)
    learned = fit(name, known, contents, settings, partial(_judging, watch), profiles=profiles)
    learned = with_placed(learned, len(known.item_ids), contents, settings.data.kinds)
    return by_vectors(learned, data.user_ids, data.item_ids)


def _judging(watch: Watch, epoch: Epoch) -> None:
    watch(replace(epoch, stage="judging"))


def decayed(data: PreferenceArrays, settings: PopularitySettings) -> NDArray[np.float64]:
    """float64[m]: the sum of the weights of each item, halved for every half-life that one is older than the newest."""
    age = (data.last_at.max(initial=0) - data.last_at) / settings.half_life_millis
    counted = data.weights * 2.0**-age
    return np.bincount(data.items, weights=counted, minlength=len(data.item_ids)).astype(np.float64)
