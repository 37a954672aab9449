"""Why a learned model recommends an item: the liked item that it is closest to, or the profile, and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from graph.learned import Evidence
from graph.priors import Prior
from graph.records import Explanation, PathEdge, PathNode
from graph.vectors import Vectors
from recommend.fold_in import carried
from recommend.vectors import cosines, inner_products

NAMES = {
    "lightgcn": "LightGCN",
    "lightfm": "LightFM",
    "two-tower": "the two-tower model",
    "als": "ALS",
    "nmf": "NMF",
}
"""Models as their papers write them."""


@dataclass(frozen=True, slots=True)
class Known:
    """What reasons are found by: the first `embedding_size` coordinates of `vectors`, by item id, are taste.

    `prior` is that of the run, needed for users who were folded in.
    """

    model: str
    embedding_size: int
    vectors: Mapping[str, Vectors]
    prior: Prior | None = None


def reason(known: Known, pair: tuple[str, str], found: Evidence) -> Explanation | None:
    """The path user, PREFERS, liked item, NEAR, target by way of the liked item with the largest weight · closeness.

    Closeness, the weight of NEAR, is the cosine of the tastes: biases and lengths say how popular an item is, not whom
    it is for. A user who was folded in has a score that is a sum over likes, so there the liked item is the one that
    raised it most. None where no such item is close. `share` is None: not all of a score comes from likes. For a user
    who has a vector but likes nothing that the run knows, the path is the target alone, and the sentence says whether
    taste or popularity speaks for it.
    """
    user, item = PathNode("User", pair[0], "you"), PathNode("Item", pair[1], found.title)
    target = known.vectors.get(item.id)
    if target is None:
        return None
    if found.vector is not None:
        return _by_profile(known.model, item, found.vector, target, known.embedding_size)
    return _by_likes(known, (user, item), found, target)


def _by_likes(known: Known, ends: tuple[PathNode, PathNode], found: Evidence, target: Vectors) -> Explanation | None:
    places = [k for k, liked in enumerate(found.liked_ids) if liked in known.vectors]
    if not places:
        return None
    liked, size = np.stack([known.vectors[found.liked_ids[k]] for k in places]), known.embedding_size
    closeness = cosines(liked[:, :size], target[:size])
    if found.folded and known.prior is not None:
        raised = carried(known.prior, liked, target)
    else:
        raised = closeness * np.asarray([found.weights[k] for k in places])
    strongest = int(np.argmax(raised))
    if min(raised[strongest], closeness[strongest]) <= 0:
        return None
    k = places[strongest]
    title = found.liked_titles[k]
    return Explanation(
        strategy=known.model,
        sentence=f"Close to {title}, which you liked, {_learned(known.model)}",
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
