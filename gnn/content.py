"""What describes an item: its kind and its tags."""

from __future__ import annotations

from collections.abc import Sequence

from gnn.features import Description, Features, features
from graph.training_data import ItemContent, PreferenceArrays


def item_features(data: PreferenceArrays, contents: Sequence[ItemContent]) -> Features:
    """Features of the items of `data` and, from `contents`, of those that nobody prefers yet."""
    return features(data.item_ids, {content.item_id: _description(content) for content in contents})


def _description(content: ItemContent) -> Description:
    kind = {("kind", content.kind): 1.0} if content.kind else {}
    return kind | {("tag", name): weight for name, weight in content.tags.items() if weight > 0}
