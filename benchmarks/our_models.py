"""Our models as the quality benchmark tries them: each with the few settings that validation chooses among."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from gnn.blending import by_item_item, by_popularity, by_vectors
from gnn.factors import Factors, Learned
from gnn.item_item import fit_item_item
from gnn.lightfm import fit_lightfm
from gnn.lightgcn import train_lightgcn
from gnn.model_settings import ItemItemSettings, LightFMSettings, LightGCNSettings
from gnn.ranking import Scorer, pair_matrix
from graph.models import ITEM_ITEM
from graph.training_data import ItemContent, PreferenceArrays, compact

Setting = dict[str, Any]
POPULARITY_SCORES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Tried on one training each, since they change how it is read out and not what it learns."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A setting of a model, fitted."""

    setting: Setting
    scorer: Scorer


class Model(Protocol):
    """A model with a space of settings."""

    @property
    def name(self) -> str:
        """That of its strategy."""

    def variants(self, train: PreferenceArrays, seed: int) -> Iterator[Variant]:
        """All of the space, in an order that does not depend on `train`."""

    def fitted(self, train: PreferenceArrays, setting: Setting, seed: int) -> Scorer:
        """The one of them with this `setting`."""


@dataclass(frozen=True, slots=True)
class OurLightGCN:
    """LightGCN with the defaults and `changes`; tries temperatures and popularity scores."""

    changes: Setting
    temperatures: Sequence[float]
    name: str = "lightgcn"

    def variants(self, train: PreferenceArrays, seed: int) -> Iterator[Variant]:
        known = compact(train)
        for temperature in self.temperatures:
            trained = train_lightgcn(known, self._settings(temperature=temperature), seed)
            for weight in POPULARITY_SCORES:
                read_out = replace(trained.read_out, weight=weight)
                setting = {"temperature": temperature, "popularity_score": weight}
                yield Variant(setting, _scorer(known, replace(trained, read_out=read_out).factors(), train))

    def fitted(self, train: PreferenceArrays, setting: Setting, seed: int) -> Scorer:
        known = compact(train)
        return _scorer(known, train_lightgcn(known, self._settings(**setting), seed).factors(), train)

    def _settings(self, **setting: Any) -> LightGCNSettings:
        return LightGCNSettings.model_validate({**self.changes, **setting})


@dataclass(frozen=True, slots=True)
class OurItemItem:
    """Item-item with the defaults and each of `settings`."""

    settings: Sequence[Setting]
    name: str = ITEM_ITEM

    def variants(self, train: PreferenceArrays, seed: int) -> Iterator[Variant]:
        for setting in self.settings:
            yield Variant(setting, self.fitted(train, setting, seed))

    def fitted(self, train: PreferenceArrays, setting: Setting, _seed: int) -> Scorer:
        return by_item_item(pair_matrix(train), fit_item_item(train, ItemItemSettings.model_validate(setting)))


@dataclass(frozen=True, slots=True)
class OurLightFM:
    """LightFM with the content of items and each of `settings`."""

    settings: Sequence[Setting]
    contents: Sequence[ItemContent] = ()
    name: str = "lightfm"

    def variants(self, train: PreferenceArrays, seed: int) -> Iterator[Variant]:
        known = compact(train)
        for setting in self.settings:
            yield Variant(setting, self._fitted(known, train, setting, seed))

    def fitted(self, train: PreferenceArrays, setting: Setting, seed: int) -> Scorer:
        return self._fitted(compact(train), train, setting, seed)

    def _fitted(self, known: PreferenceArrays, train: PreferenceArrays, setting: Setting, seed: int) -> Scorer:
        learned = fit_lightfm(known, self.contents, LightFMSettings.model_validate(setting), seed)
        return by_vectors(Learned(*learned), train.user_ids, train.item_ids)


@dataclass(frozen=True, slots=True)
class Popular:
    """How many users have an item."""

    name: str = "popular"

    def variants(self, train: PreferenceArrays, seed: int) -> Iterator[Variant]:
        yield Variant({}, self.fitted(train, {}, seed))

    def fitted(self, train: PreferenceArrays, _setting: Setting, _seed: int) -> Scorer:
        return by_popularity(np.bincount(train.items, minlength=len(train.item_ids)).astype(np.float64))


def _scorer(known: PreferenceArrays, factors: Factors, train: PreferenceArrays) -> Scorer:
    """Of vectors learned from `known`, over the rows of `train`."""
    return by_vectors(Learned(known.user_ids, known.item_ids, factors), train.user_ids, train.item_ids)
