"""Gives items that came after a training a vector from their content, so that learned strategies list them at once.

See docs/decisions/013-new-items.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from graph.client import Graph
from graph.content_maps import ContentMap, content_map_of
from graph.models import MODELS, ActiveRun, active_runs
from graph.placements import Unlearned, all_unlearned, place, unlearned
from graph.training_data import ItemContent
from graph.vectors import Vectors


def place_items(graph: Graph, item_ids: Sequence[str]) -> int:
    """Place those of `item_ids` that the runs which serve did not learn; returns how many vectors were written.

    An item that was placed before and has changed is placed anew. Nothing is written for one whose content says
    nothing to a run.
    """
    return sum(_placed(graph, run, unlearned(graph, run, item_ids)) for run in _serving(graph)) if item_ids else 0


def place_all(graph: Graph) -> int:
    """The same for every item in the graph; to be repeated after a crash, as what is in place is not written again."""
    return sum(place_all_in(graph, run) for run in _serving(graph))


def place_all_in(graph: Graph, run: ActiveRun) -> int:
    """The same in one run, whether it serves yet or is about to."""
    return sum(_placed(graph, run, page) for page in all_unlearned(graph, run))


def placed_vector(content_map: ContentMap, content: ItemContent) -> Vectors | None:
    """float32[d + 1]: the vector of an item by its content, as stored.

    None where the map knows nothing of it, or leaves its kind out. One that would be longer than any learned item is
    cut to their length, as no coordinate could make it even.
    """
    told = list(_told(content_map, content))
    if not told or (content_map.only and content.kind not in content_map.only):
        return None
    vector = content_map.base + np.sum(told, axis=0)
    length = float(np.linalg.norm(vector))
    if length > content_map.length:
        vector = vector * (content_map.length / length)
    missing = max(content_map.length**2 - length**2, 0.0) ** 0.5
    return np.append(vector, missing).astype(np.float32)


def _serving(graph: Graph) -> list[ActiveRun]:
    return [run for model, run in active_runs(graph).items() if model in MODELS]


def _placed(graph: Graph, run: ActiveRun, items: Sequence[Unlearned]) -> int:
    tags = sorted({name for item in items for name in item.content.tags})
    content_map = content_map_of(graph, run.id, tags) if items else None
    if content_map is None:
        return 0
    found = {item.content.item_id: placed_vector(content_map, item.content) for item in items}
    new = {item: vector for item, vector in found.items() if vector is not None}
    return _written(graph, run, new, {item.content.item_id: item.vector for item in items})


def _written(graph: Graph, run: ActiveRun, new: Mapping[str, Vectors], old: Mapping[str, Vectors | None]) -> int:
    changed = [item for item, vector in new.items() if not _same(old[item], vector)]
    return place(graph, run, changed, np.stack([new[item] for item in changed])) if changed else 0


def _same(old: Vectors | None, new: Vectors) -> bool:
    return old is not None and np.allclose(old, new, rtol=1e-5, atol=1e-6)


def _told(content_map: ContentMap, content: ItemContent) -> Iterable[Vectors]:
    for (what, value), weight in content.features.items():
        vectors = content_map.kinds if what == "kind" else content_map.tags
        if value in vectors:
            yield weight * vectors[value]
