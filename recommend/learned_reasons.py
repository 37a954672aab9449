"""Why a learned model recommends an item: the like without which its score would fall most, or the profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from graph.models import ActiveRun
from graph.records import Explanation, PathEdge, PathNode
from graph.user_states import Liking, UserState
from graph.vectors import Vectors
from recommend.catalogue import Catalogue
from recommend.current_tastes import CurrentTastes
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
class LearnedReasons:
    """What reasons are found by, for many users and items of one run. `vectors`: float32[d] by item id."""

    run: ActiveRun
    tastes: CurrentTastes
    vectors: Mapping[str, Vectors]
    catalogue: Catalogue

    def of(self, user: UserState, item_id: str) -> Explanation | None:
        """The path user, PREFERS, liked item, NEAR, target by way of the like that carries most of the score.

        That is the one without which the score would fall most, as `History.without` would have it; `share` is by how
        much of the score, None where that is not above 0. The weight of NEAR is the cosine of the tastes: biases and
        lengths say how popular an item is, not whom it is for. For a user for whom no like speaks, the path is the
        target alone, and the sentence says whether taste or popularity speaks for it. None where the run knows nothing
        of the user or the item.
        """
        target = self.vectors.get(item_id)
        vector = None if target is None else self._vector(user)
        if target is None or vector is None:
            return None
        found = self._strongest(user, vector, item_id, target)
        if found is None:
            return self._by_profile(item_id, vector, target)
        like, drop = found
        score = float(inner_products(target[None], vector)[0])
        return self._because(user, like, item_id, drop / score if drop is not None and score > 0 else None)

    def _vector(self, user: UserState) -> Vectors | None:
        return self.tastes.current(user, self.tastes.prior(self.run), self.vectors)

    def _strongest(
        self, user: UserState, vector: Vectors, item_id: str, target: Vectors
    ) -> tuple[Liking, float | None] | None:
        """The like that carries most, and by how much the score falls without it; None for one that is not kept."""
        prior = self.tastes.prior(self.run)
        if prior is None:
            return self._closest(user, item_id, target)
        drops = [one for one in self.tastes.drops(user, prior, self.vectors, target) if one[0].item_id != item_id]
        like, estimated = max(drops, key=lambda one: (one[1], one[0].item_id), default=(None, 0.0))
        if like is None or estimated <= 0:
            return None
        return like, self._fall(user, vector, like, target)

    def _fall(self, user: UserState, vector: Vectors, like: Liking, target: Vectors) -> float | None:
        gone = replace(
            user,
            likings=tuple([one for one in user.likings if one.item_id != like.item_id]),
            withheld=(*user.withheld, like),
        )
        after = self._vector(gone)
        if after is None:
            return None
        return float((inner_products(target[None], vector) - inner_products(target[None], after))[0])

    def _closest(self, user: UserState, item_id: str, target: Vectors) -> tuple[Liking, None] | None:
        """For a run that keeps no prior: by weight and closeness."""
        liked = [one for one in user.likes(len(user.likings)) if one.item_id in self.vectors and one.item_id != item_id]
        near = [(one.counts * self._closeness(one.item_id, target), one) for one in liked]
        raised, like = max(near, key=lambda one: (one[0], one[1].item_id), default=(0.0, None))
        return None if like is None or raised <= 0 else (like, None)

    def _closeness(self, item_id: str, target: Vectors) -> float:
        size = self.run.embedding_size
        return float(cosines(self.vectors[item_id][None, :size], target[:size])[0])

    def _because(self, user: UserState, like: Liking, item_id: str, share: float | None) -> Explanation:
        known, target = self.catalogue.node(like.item_id), self.vectors[item_id]
        model = self.run.model
        return Explanation(
            strategy=model,
            sentence=f"Close to {known.title}, which you liked, {_learned(model)}",
            nodes=(PathNode("User", user.user_id, "you"), known, self.catalogue.node(item_id)),
            edges=(PathEdge("PREFERS", like.weight), PathEdge("NEAR", self._closeness(like.item_id, target))),
            share=share,
        )

    def _by_profile(self, item_id: str, vector: Vectors, target: Vectors) -> Explanation | None:
        """No path leads from a profile to an item: which part of the profile carried the score is not in the graph."""
        taste, biases = slice(self.run.embedding_size), slice(self.run.embedding_size, None)
        model = self.run.model
        if inner_products(target[None, taste], vector[taste])[0] > 0:
            said = f"Liked by people like you, {_learned(model)}"
        elif inner_products(target[None, biases], vector[biases])[0] > 0:
            said = f"Liked by many, whatever they are like, {_learned(model)}"
        else:
            return None
        return Explanation(strategy=model, sentence=said, nodes=(self.catalogue.node(item_id),), edges=())


def _learned(model: str) -> str:
    return f"in what {NAMES.get(model, model)} learned from everyone's taste"
