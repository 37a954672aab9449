"""What describes an item: its kind and its tags."""

from __future__ import annotations

from collections.abc import Sequence

from gnn.features import Features, features
from graph.training_data import ItemContent, PreferenceArrays


def item_features(data: PreferenceArrays, contents: Sequence[ItemContent]) -> Features:
    """Features of the items of `data` and, from `contents`, of those that nobody prefers yet."""
    return features(data.item_ids, {content.item_id: content.features for content in contents})
