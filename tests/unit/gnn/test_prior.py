from __future__ import annotations

import numpy as np
import pytest

from gnn.blending import by_vectors
from gnn.factors import Factors, Learned
from gnn.inner_product import searchable_items
from gnn.lightgcn import train_lightgcn
from gnn.prior import learn_prior
from gnn.ranking import ranked_by_scores
from gnn.splits import Split
from graph.training_data import PreferenceArrays
from recommend.fold_in import Likes, folded
from tests.worlds.communities import SEED, exam, plain


def refolded(data: PreferenceArrays, factors: Factors) -> Factors:
    """The users of `data` as if they were new, from exactly what was learned from."""
    prior, items = learn_prior(factors, len(data.user_ids)), searchable_items(factors.items)
    users = np.stack(
        [folded(prior, Likes.alike(items[data.items[data.users == user]])) for user in range(len(data.user_ids))]
    )
    return Factors(users[:, :-1], factors.items, factors.embedding_size)


def auc(factors: Factors, split: Split) -> float:
    data = split.train
    scorer = by_vectors(Learned(data.user_ids, data.item_ids, factors), data.user_ids, data.item_ids)
    areas = ranked_by_scores("lightgcn", scorer, split, 10).auc
    assert areas is not None
    return float(np.nanmean(areas))


@pytest.mark.parametrize("score", ["popularity", "cosine"])
def test_who_is_folded_in_from_what_was_trained_on_ranks_nearly_as_trained(score: str) -> None:
    split = exam()
    factors = train_lightgcn(split.train, plain(score=score), SEED).factors()
    again = refolded(split.train, factors)
    scores, other = (f.users.astype(np.float64) @ f.items.T for f in (factors, again))
    alike = [np.corrcoef(one, two)[0, 1] for one, two in zip(scores, other, strict=True)]
    assert np.mean(alike) > 0.9
    assert auc(again, split) > auc(factors, split) - 0.01, "what is held out is found as well"
