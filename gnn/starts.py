"""Where the embeddings start: from noise, or from the directions in which the graph itself varies most."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from gnn.factors import Vectors
from gnn.model_settings import LightGCNSettings
from graph.training_data import PreferenceArrays

OVERSAMPLED = 16
POWER_STEPS = 6
NOISE = 0.1
"""Length of the noise added to a start from the graph, as a share of its rows' mean length.

Without it nodes whom no preference touches would start, and with cosines stay, at nothing.
"""


def start_embeddings(data: PreferenceArrays, settings: LightGCNSettings, seed: int) -> Vectors:
    """float32[nodes, embedding_size], users first; the mean length of a row is about `settings.start_length`."""
    random = np.random.default_rng(seed)
    nodes, size = len(data.user_ids) + len(data.item_ids), settings.embedding_size
    noise = random.standard_normal((nodes, size), dtype=np.float32) * np.float32(settings.start_length / np.sqrt(size))
    if settings.start == "normal":
        return noise
    directions = graph_directions(data, size, random)
    scale = settings.start_length / np.linalg.norm(directions, axis=1).mean()
    start: Vectors = (directions * scale + noise * NOISE).astype(np.float32)
    return start


def graph_directions(data: PreferenceArrays, size: int, random: np.random.Generator) -> NDArray[np.float64]:
    """The `size` leading singular vectors of D_u^-1/2 R D_i^-1/2, rows divided by the root of their degree.

    float64[nodes, size], users first; nodes without preferences are 0, as are columns beyond the rank. These rows are
    what the random walk over the graph forgets last: Shi & Malik, Normalized Cuts and Image Segmentation (2000).
    """
    of_users = np.sqrt(np.bincount(data.users, minlength=len(data.user_ids)).clip(min=1))
    of_items = np.sqrt(np.bincount(data.items, minlength=len(data.item_ids)).clip(min=1))
    values = (1.0 / (of_users[data.users] * of_items[data.items])).astype(np.float32)
    matrix = csr_array((values, (data.users, data.items)), shape=(len(of_users), len(of_items)))
    left, right = singular_vectors(matrix, min(size, *matrix.shape), random)
    rows = np.concatenate([left / of_users[:, None], right / of_items[:, None]])
    return np.pad(rows, ((0, 0), (0, size - rows.shape[1])))


def singular_vectors(
    matrix: csr_array, size: int, random: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The `size` leading left and right singular vectors of `matrix` (n x m): float32[n, size], float32[m, size].

    By subspace iteration from random vectors: Halko, Martinsson & Tropp, Finding Structure with Randomness (arXiv
    0909.4061), algorithm 4.4. Signs and order within nearly equal singular values are those of the draw.
    """
    width = min(size + OVERSAMPLED, *matrix.shape)
    transposed = csr_array(matrix.T)
    basis = random.standard_normal((matrix.shape[1], width), dtype=np.float32)
    for _ in range(POWER_STEPS):
        basis = np.linalg.qr(transposed @ (matrix @ basis))[0]
    left, _, turned = np.linalg.svd(matrix @ basis, full_matrices=False)
    return left[:, :size], (basis @ turned.T)[:, :size]
