"""Non-negative matrix factorisation, by the library scikit-learn: a user is a mixture of parts, an item has shares.

Lee & Seung, Learning the parts of objects by non-negative matrix factorization (1999); solved by coordinate descent
(Cichocki & Phan, 2009).
"""

from __future__ import annotations

import warnings

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.decomposition import NMF
from sklearn.exceptions import ConvergenceWarning

from gnn.factors import Epoch, Factors, Vectors, Watch, float32, unwatched
from gnn.model_settings import NMFSettings
from gnn.ranking import pair_matrix
from gnn.sharpness import sharpened
from graph.training_data import PreferenceArrays


def fit_nmf(data: PreferenceArrays, settings: NMFSettings, seed: int, watch: Watch = unwatched) -> Factors:
    """Vectors of the users and items of `data`, row by row, none of whose numbers is negative.

    Who takes no part in anything is given the mean of all, so that everyone has a vector.
    """
    size = min(settings.embedding_size, len(data.user_ids), len(data.item_ids))
    model = NMF(
        n_components=size,
        init="nndsvda",
        max_iter=settings.iterations,
        alpha_W=settings.regularisation,
        l1_ratio=0.0,
        random_state=seed,
    )
    with warnings.catch_warnings():
        # The number of passes is a setting; that more would still change something is no fault.
        warnings.simplefilter("ignore", ConvergenceWarning)
        users = model.fit_transform(csr_matrix(pair_matrix(data)))
    watch(Epoch("nmf", model.n_iter_, model.n_iter_))
    return sharpened(Factors(_some(users), _some(model.components_.T), size), data, seed)


def _some(shares: np.ndarray) -> Vectors:
    some = (shares > 0).sum(axis=1, keepdims=True) > 0
    return float32(np.where(some, shares, shares.mean(axis=0)))
