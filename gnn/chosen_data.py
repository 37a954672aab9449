"""The part of all preferences that a training learns from, where settings leave some out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gnn.settings import DataSettings
from graph.errors import InputError
from graph.settings import MILLIS_PER_DAY
from graph.training_data import ItemContent, PreferenceArrays, compact


@dataclass(frozen=True, slots=True)
class Chosen:
    """Preferences to learn from, over those users and items alone that have one, and the items that may be placed."""

    data: PreferenceArrays
    contents: Sequence[ItemContent]


def chosen(data: PreferenceArrays, contents: Sequence[ItemContent], settings: DataSettings) -> Chosen:
    """What `settings` leave of `data` and `contents`; all of it by default. Raises InputError for an unknown kind."""
    wanted = _of_kinds(contents, settings.kinds)
    kept = np.ones(len(data), dtype=np.bool_)
    if settings.kinds:
        named = {content.item_id for content in wanted}
        kept &= np.asarray([item in named for item in data.item_ids], dtype=np.bool_)[data.items]
    kept = _often(data, kept & _in_time(data, settings), settings)
    return Chosen(data if kept.all() else compact(data.where(kept)), wanted)


def _of_kinds(contents: Sequence[ItemContent], kinds: Sequence[str]) -> Sequence[ItemContent]:
    if not kinds:
        return contents
    known = {content.kind for content in contents if content.kind}
    if unknown := sorted(set(kinds) - known):
        raise InputError(
            f"No item is of the kind {', '.join(unknown)}; there are: {', '.join(sorted(known)) or 'no kinds at all'}."
        )
    return [content for content in contents if content.kind in kinds]


def _in_time(data: PreferenceArrays, settings: DataSettings) -> NDArray[np.bool_]:
    kept = np.ones(len(data), dtype=np.bool_)
    if settings.until is not None:
        kept &= data.last_at < settings.until.timestamp() * 1000
    if settings.days is not None:
        newest = data.last_at[kept].max(initial=0)
        kept &= data.last_at > newest - settings.days * MILLIS_PER_DAY
    return kept


def _often(data: PreferenceArrays, kept: NDArray[np.bool_], settings: DataSettings) -> NDArray[np.bool_]:
    """Leave out users and items with too few, until all that are left have enough of what is left."""
    while True:
        users = np.bincount(data.users[kept], minlength=len(data.user_ids)) >= settings.least_per_user
        items = np.bincount(data.items[kept], minlength=len(data.item_ids)) >= settings.least_per_item
        enough = kept & users[data.users] & items[data.items]
        if enough.sum() == kept.sum():
            return enough
        kept = enough
