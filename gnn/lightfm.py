"""LightFM: factorisation in which users and items are the sum of their features, learned with WARP.

Kula, Metadata Embeddings for User and Item Cold-start Recommendations (arXiv 1507.08439); WARP: Weston et al.,
WSABIE: Scaling Up To Large Vocabulary Image Annotation (2011).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from lightfm import LightFM
from scipy.sparse import coo_matrix, csr_matrix

from gnn.content import item_features
from gnn.factors import Epoch, Factors, Watch, float32, unwatched
from gnn.features import Features
from gnn.model_settings import LightFMSettings
from gnn.profiles import user_features
from graph.training_data import ItemContent, PreferenceArrays, UserProfile


def fit_lightfm(
    data: PreferenceArrays,
    contents: Sequence[ItemContent],
    settings: LightFMSettings,
    seed: int,
    watch: Watch = unwatched,
    *,
    profiles: Sequence[UserProfile] = (),
) -> tuple[list[str], list[str], Factors]:
    """Train on `data`, the content of items and the profiles of users; return user ids, item ids and their vectors.

    The first rows are those of `data`; users and items that it lacks follow, placed by profile or content alone.
    """
    users = user_features(data, profiles if settings.profiles else (), settings)
    items = item_features(data, contents if settings.content else ())
    user_rows, item_rows = (csr_matrix(one.matrix[: one.known]) for one in (users, items))
    model = _model(settings, seed)
    pairs = _interactions(data)
    for number in range(1, settings.epochs + 1):
        model.fit_partial(
            pairs, user_features=user_rows, item_features=item_rows, epochs=1, num_threads=settings.threads
        )
        watch(Epoch("lightfm", number, settings.epochs))
    return users.ids, items.ids, _factors(model, users, items, settings.embedding_size)


def _model(settings: LightFMSettings, seed: int) -> LightFM:
    return LightFM(
        no_components=settings.embedding_size,
        loss="warp",
        learning_rate=settings.learning_rate,
        max_sampled=settings.max_sampled,
        item_alpha=settings.item_regularisation,
        user_alpha=settings.user_regularisation,
        random_state=seed,
    )


def _interactions(data: PreferenceArrays) -> coo_matrix:
    shape = (len(data.user_ids), len(data.item_ids))
    ones = np.ones(len(data), dtype=np.float32)
    return coo_matrix((ones, (data.users.astype(np.int32), data.items.astype(np.int32))), shape=shape)


def _factors(model: LightFM, users: Features, items: Features, embedding_size: int) -> Factors:
    """Sum the features of each, and append an item's bias as a coordinate that every user multiplies by 1.

    A user's bias is left out: it moves all of that user's scores alike.
    """
    item_vectors = np.column_stack([items.matrix @ model.item_embeddings, items.matrix @ model.item_biases])
    user_vectors = np.column_stack([users.matrix @ model.user_embeddings, np.ones(len(users.ids))])
    return Factors(float32(user_vectors), float32(item_vectors), embedding_size)
