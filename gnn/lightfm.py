"""LightFM: factorisation in which an item is the sum of its features, learned with WARP.

Kula, Metadata Embeddings for User and Item Cold-start Recommendations (arXiv 1507.08439); WARP: Weston et al.,
WSABIE: Scaling Up To Large Vocabulary Image Annotation (2011).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from lightfm import LightFM
from scipy.sparse import coo_matrix, csr_matrix

from gnn.content import ItemFeatures, item_features
from gnn.factors import Epoch, Factors, Vectors, Watch, unwatched
from gnn.settings import LightFMSettings
from graph.training_data import ItemContent, PreferenceArrays


def fit_lightfm(
    data: PreferenceArrays,
    contents: Sequence[ItemContent],
    settings: LightFMSettings,
    seed: int,
    watch: Watch = unwatched,
) -> tuple[list[str], Factors]:
    """Train on `data` and the content of items; return the item ids that the item rows stand for, and the vectors.

    The first rows are those of `data.item_ids`; items that nobody prefers yet follow, by their content alone.
    """
    features = item_features(data, contents if settings.content else ())
    known = csr_matrix(features.matrix[: len(data.item_ids)])
    model = _model(settings, seed)
    pairs = _interactions(data)
    for number in range(1, settings.epochs + 1):
        model.fit_partial(pairs, item_features=known, epochs=1, num_threads=settings.threads)
        watch(Epoch("lightfm", number, settings.epochs))
    return features.item_ids, _factors(model, features, settings.embedding_size)


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


def _factors(model: LightFM, features: ItemFeatures, embedding_size: int) -> Factors:
    """Sum the features of each item, and append its bias as a coordinate that every user multiplies by 1.

    A user's own bias is left out: it moves all of that user's scores alike.
    """
    matrix = features.matrix
    items = np.column_stack([matrix @ model.item_embeddings, matrix @ model.item_biases])
    users = np.column_stack([model.user_embeddings, np.ones(len(model.user_embeddings))])
    return Factors(_float32(users), _float32(items), embedding_size)


def _float32(values: np.ndarray) -> Vectors:
    return np.ascontiguousarray(values, dtype=np.float32)
