"""The most similar items to each, by blocked sparse products: what SIMILAR edges are made from. NumPy and SciPy only.

Everywhere here an item is a row number; where item rows follow sorted ids, ties fall to the smaller id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommend.settings import Measure

BLOCK_ROWS = 512
"""Items per product: a block of 512 by 100,000 items is at most 0.6 GB where nothing is zero."""

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Rescore = Callable[[Floats, Rows, Rows], Floats]
"""New scores float64[m] from products float64[m], their item rows int64[m] and other items' rows int64[m]."""


@dataclass(frozen=True, slots=True)
class TopK:
    """The most similar items to item `row`: `others` int64[k] (best first) and `scores` float64[k], all above 0."""

    row: int
    others: Rows
    scores: Floats


def co_occurrence_top_k(
    likes: sparse.csr_array,
    degrees: Rows,
    top_k: int,
    *,
    measure: Measure = "cosine",
    shrink: float = 0.0,
    users: int | None = None,
) -> Iterator[TopK]:
    """For every item in order: the `top_k` items most often liked by the same users.

    `likes`: 0/1 of shape [users, items]; `degrees`: int64[items], users that have any preference for each item, at
    least those that like it; `users`: all users, for lift (default: rows of `likes`).
    With n users in common: cosine n/√(d·e), Jaccard n/(d+e-n), lift n·users/(d·e); each times n/(n + shrink).
    """
    everyone = likes.shape[0] if users is None else users

    def rescore(common: Floats, rows: Rows, others: Rows) -> Floats:
        d, e = degrees[rows].astype(np.float64), degrees[others].astype(np.float64)
        shrunk = common / (common + shrink)
        if measure == "jaccard":
            return shrunk * (common / (d + e - common))
        if measure == "lift":
            return shrunk * (common * everyone / (d * e))
        return shrunk * (common / np.sqrt(d * e))

    by_item = sparse.csr_array(likes.T.astype(np.float64))
    return _top_k_products(by_item, likes.astype(np.float64), top_k, rescore)


def content_top_k(vectors: sparse.csr_array, top_k: int) -> Iterator[TopK]:
    """For every item in order: the `top_k` items with the nearest tag vectors, by cosine.

    `vectors`: float64[items, tags], rows of length 1 or 0, as `tag_vectors` makes them.
    """
    return _top_k_products(vectors, sparse.csr_array(vectors.T), top_k, lambda products, _rows, _others: products)


def tag_vectors(weights: sparse.csr_array, most_items: int) -> sparse.csr_array:
    """TF-IDF: weights [items, tags] times ln(items / items with the tag), rows scaled to length 1.

    A tag on more than `most_items` items keeps its part in the length but gives no similarity: nearly everything
    would be near everything, at a cost that grows with its square.
    """
    items = weights.shape[0]
    counts = np.bincount(weights.indices, minlength=weights.shape[1])
    idf = np.log(items / np.maximum(counts, 1))
    vectors = sparse.csr_array(weights.multiply(idf[None, :]))
    lengths = np.sqrt(np.asarray(vectors.multiply(vectors).sum(axis=1)).ravel())
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    kept = (counts <= most_items).astype(np.float64)
    scaled = sparse.csr_array(vectors.multiply(scale[:, None]).multiply(kept[None, :]))
    scaled.eliminate_zeros()
    return scaled


def strongest(groups: Rows, weights: Floats, newest: Rows, most: int) -> NDArray[np.bool_]:
    """bool[n]: which entries are among the `most` strongest of their group; ties to the newest, then the first."""
    order = np.lexsort((np.arange(len(groups)), -newest, -weights, groups))
    ordered = groups[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.empty(0, np.int64)
    rank = np.arange(len(ordered)) - np.repeat(starts, np.diff(np.r_[starts, len(ordered)]))
    kept = np.empty(len(groups), dtype=np.bool_)
    kept[order] = rank < most
    return kept


def _top_k_products(left: sparse.csr_array, right: sparse.csr_array, top_k: int, rescore: Rescore) -> Iterator[TopK]:
    """Rows of left·right, rescored, each without itself, cut to the best `top_k` above 0."""
    for start in range(0, left.shape[0], BLOCK_ROWS):
        block = sparse.csr_array(left[start : start + BLOCK_ROWS] @ right)
        block.sort_indices()
        rows = np.repeat(np.arange(start, start + block.shape[0]), np.diff(block.indptr))
        others = block.indices.astype(np.int64)
        scores = rescore(block.data, rows, others)
        for k in range(block.shape[0]):
            span = slice(block.indptr[k], block.indptr[k + 1])
            yield _best(start + k, others[span], scores[span], top_k)


def _best(row: int, others: Rows, scores: Floats, top_k: int) -> TopK:
    """Cut one row; `others` ascend, and the sorts are stable, so that ties stay in that order."""
    kept = np.flatnonzero((others != row) & (scores > 0))
    if len(kept) > top_k:
        threshold = np.partition(scores[kept], len(kept) - top_k)[len(kept) - top_k]
        kept = kept[scores[kept] >= threshold]
    order = kept[np.argsort(-scores[kept], kind="stable")][:top_k]
    return TopK(row, others[order], scores[order])
