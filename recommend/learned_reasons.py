"""Why a learned model recommends an item: the liked item that it is closest to, or the profile, and a sentence."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from graph.learned import Evidence
from graph.records import Explanation, PathEdge, PathNode
from graph.vectors import Vectors
from recommend.vectors import cosines, inner_products

NAMES = {"lightgcn": "LightGCN", "lightfm": "LightFM"}
"""Models as their papers write them."""


def reason(
    model: str, pair: tuple[str, str], found: Evidence, embedding_size: int, vectors: Mapping[str, Vectors]
) -> Explanation | None:
    """The path user, PREFERS, liked item, NEAR, target by way of the liked item with the largest weight · closeness.

    Closeness, the weight of NEAR, is the cosine of the first `embedding_size` coordinates, their taste: biases and
    lengths say how popular an item is, not whom it is for. None where no liked item is close. `share` is None: the
    model's score is no sum over what the user likes. For a user who has a vector but likes nothing that the run
    knows, the path is the target alone, and the sentence says whether taste or popularity speaks for it.
    """
    user, item = PathNode("User", pair[0], "you"), PathNode("Item", pair[1], found.title)
    target = vectors.get(item.id)
    if target is None:
        return None
    if found.vector is not None:
        return _by_profile(model, item, found.vector, target, embedding_size)
    return _by_likes(model, (user, item), found, target[:embedding_size], vectors)


def _by_likes(
    model: str, ends: tuple[PathNode, PathNode], found: Evidence, taste: Vectors, vectors: Mapping[str, Vectors]
) -> Explanation | None:
    places = [k for k, liked in enumerate(found.liked_ids) if liked in vectors]
    if not places:
        return None
    closeness = cosines(np.stack([vectors[found.liked_ids[k]][: len(taste)] for k in places]), taste)
    strongest = int(np.argmax(closeness * np.asarray([found.weights[k] for k in places])))
    if closeness[strongest] <= 0:
        return None
    k = places[strongest]
    title = found.liked_titles[k]
    return Explanation(
        strategy=model,
        sentence=f"Close to {title}, which you liked, {_learned(model)}",
        nodes=(ends[0], PathNode("Item", found.liked_ids[k], title), ends[1]),
        edges=(PathEdge("PREFERS", found.weights[k]), PathEdge("NEAR", float(closeness[strongest]))),
    )


def _by_profile(model: str, item: PathNode, user: Vectors, target: Vectors, embedding_size: int) -> Explanation | None:
    """No path leads from a profile to an item: which part of the profile carried the score is not in the graph."""
    taste, biases = slice(embedding_size), slice(embedding_size, None)
    if inner_products(target[None, taste], user[taste])[0] > 0:
        said = f"Liked by people like you, {_learned(model)}"
    elif inner_products(target[None, biases], user[biases])[0] > 0:
        said = f"Liked by many, whatever they are like, {_learned(model)}"
    else:
        return None
    return Explanation(strategy=model, sentence=said, nodes=(item,), edges=())


def _learned(model: str) -> str:
    return f"in what {NAMES.get(model, model)} learned from everyone's taste"
