"""Why a learned model recommends an item: the liked item that it is closest to, and a sentence."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from graph.learned import Evidence
from graph.records import Explanation, PathEdge, PathNode
from graph.vectors import Vectors
from recommend.vectors import cosines

NAMES = {"lightgcn": "LightGCN", "lightfm": "LightFM"}
"""Models as their papers write them."""


def reason(
    model: str, pair: tuple[str, str], found: Evidence, embedding_size: int, vectors: Mapping[str, Vectors]
) -> Explanation | None:
    """The path user, PREFERS, liked item, NEAR, target by way of the liked item with the largest weight · closeness.

    Closeness, the weight of NEAR, is the cosine of the first `embedding_size` coordinates, their taste: biases and
    lengths say how popular an item is, not whom it is for. None where no liked item is close. `share` is None: the
    model's score is no sum over what the user likes.
    """
    user_id, item_id = pair
    target = vectors.get(item_id)
    places = [k for k, item in enumerate(found.liked_ids) if item in vectors]
    if target is None or not places:
        return None
    closeness = cosines(
        np.stack([vectors[found.liked_ids[k]][:embedding_size] for k in places]), target[:embedding_size]
    )
    strongest = int(np.argmax(closeness * np.asarray([found.weights[k] for k in places])))
    if closeness[strongest] <= 0:
        return None
    k = places[strongest]
    title = found.liked_titles[k]
    return Explanation(
        strategy=model,
        sentence=f"Close to {title}, which you liked, in what {NAMES.get(model, model)} learned from everyone's taste",
        nodes=(
            PathNode("User", user_id, "you"),
            PathNode("Item", found.liked_ids[k], title),
            PathNode("Item", item_id, found.title),
        ),
        edges=(PathEdge("PREFERS", found.weights[k]), PathEdge("NEAR", float(closeness[strongest]))),
    )
