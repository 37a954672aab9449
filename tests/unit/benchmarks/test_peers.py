"""Each peer learns a checkerboard, and those that we wrote agree with their definitions."""

from __future__ import annotations

import inspect
from types import SimpleNamespace

import numpy as np
import psutil
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array

from benchmarks.peer_neighbours import ease, item_knn
from benchmarks.peers import PEERS, Peer, Setting, Span, fitted
from gnn.ranking import Scorer
from graph.errors import InputError

USERS, ITEMS = 48, 16
EVERY_PEER = pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
FEW: dict[str, Setting] = {
    "als": {"factors": 2},
    "bpr": {"factors": 2, "learning_rate": 0.1},
    "lightfm-warp": {"factors": 2},
}
"""The board has two tastes: whatever has room for more learns by heart what is missing."""


def held_out(user: int) -> set[int]:
    """Two items of the user's colour that are missing from what the user has."""
    return {item for item in range(ITEMS) if item % 2 == user % 2 and item // 2 % 4 == user // 2 % 4}


@pytest.fixture
def board() -> csr_array:
    """Even users have even items and odd users odd ones, but for those held out."""
    dense = [
        [float(item % 2 == user % 2 and item not in held_out(user)) for item in range(ITEMS)] for user in range(USERS)
    ]
    return csr_array(np.asarray(dense, dtype=np.float32))


def random_pairs(users: int, items: int, seed: int = 3) -> csr_array:
    """Ones at random, at least one in every row and column."""
    dense = np.random.default_rng(seed).random((users, items)) < 0.3
    dense[np.arange(users), np.arange(users) % items] = True
    dense[np.arange(items) % users, np.arange(items)] = True
    return csr_array(dense.astype(np.float32))


def all_scores(scorer: Scorer, users: int) -> NDArray[np.float64]:
    return np.asarray(scorer(np.arange(users)), dtype=np.float64)


@EVERY_PEER
def test_what_was_held_out_comes_first(board: csr_array, peer: Peer) -> None:
    scores = all_scores(fitted(peer, board, {**peer.usual, **FEW.get(peer.name, {})}, seed=1), USERS)
    scores[board.nonzero()] = -np.inf
    for user, row in enumerate(scores):
        assert set(np.argsort(-row)[:2].tolist()) == held_out(user)


@EVERY_PEER
def test_the_same_seed_gives_the_same_scores(board: csr_array, peer: Peer) -> None:
    first, second = (all_scores(fitted(peer, board, peer.usual, seed=5), USERS) for _ in range(2))
    assert np.array_equal(first, second)


@EVERY_PEER
def test_what_it_may_be_tuned_over_is_what_it_takes(peer: Peer) -> None:
    taken = set(inspect.signature(peer.fit).parameters)
    assert peer.usual.keys() == peer.space.keys() < taken
    random = np.random.default_rng(0)
    for drawn in (peer.draw(random) for _ in range(50)):
        for name, values in peer.space.items():
            if isinstance(values, Span):
                assert values.low <= drawn[name] <= values.high
                assert isinstance(drawn[name], int if values.whole else float)
            else:
                assert drawn[name] in values


@pytest.mark.parametrize(("users", "items"), [(9, 14), (14, 9)], ids=["wide", "tall"])
def test_ease_is_the_closed_form(users: int, items: int) -> None:
    train = random_pairs(users, items)
    dense = train.toarray().astype(np.float64)
    inverse = np.linalg.inv(dense.T @ dense + 3.0 * np.eye(items))
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0)
    assert np.allclose(all_scores(ease(train, 0, regularisation=3.0), users), dense @ weights)


def test_ease_refuses_what_does_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=10_000))
    with pytest.raises(InputError, match=r"EASE needs 0\.\d GB at once"):
        ease(random_pairs(90, 80), 0, regularisation=3.0)


@pytest.mark.parametrize("weighting", ["none", "tfidf", "bm25"])
def test_item_knn_is_the_sum_over_the_nearest(weighting: str) -> None:
    users, items, neighbours, shrink = 30, 12, 4, 2.0
    train = random_pairs(users, items)
    likes = train.toarray().astype(np.float64)
    idf = np.log(items) - np.log1p(likes.sum(axis=1))
    sizes = likes.sum(axis=0)
    length = 0.2 + 0.8 * sizes / sizes.mean()
    columns = {
        "none": likes,
        "tfidf": likes * idf[:, None],
        "bm25": likes * idf[:, None] * 101 / (100 * length + 1),
    }[weighting]
    similar = np.zeros((items, items))
    for target in range(items):
        near = {
            other: columns[:, target]
            @ columns[:, other]
            / (np.linalg.norm(columns[:, target]) * np.linalg.norm(columns[:, other]) + shrink)
            for other in range(items)
            if other != target
        }
        for other in sorted(near, key=lambda other: -near[other])[:neighbours]:
            similar[other, target] = near[other]
    found = all_scores(item_knn(train, 0, neighbours=neighbours, shrink=shrink, weighting=weighting), users)  # type: ignore[arg-type]  # one of the three
    expected = likes @ similar
    scored = expected > 0
    assert scored.any()
    assert np.allclose(found[scored], expected[scored], rtol=1e-4)
    assert (found[~scored] < 0).all()


def test_what_a_peer_knows_nothing_of_is_the_same_for_all(board: csr_array) -> None:
    """The last user has nothing and the last item is nobody's; item 1 is what most have among the odd ones."""
    dense = board.toarray()
    dense[-1], dense[:, -1], dense[::2, 1] = 0, 0, 1
    train = csr_array(dense)
    popularity = dense.sum(axis=0)
    for peer in PEERS:
        scores = all_scores(fitted(peer, train, peer.usual, seed=1), USERS)
        assert np.array_equal(scores[-1], popularity), peer.name
        assert (scores[:-1].argmin(axis=1) == ITEMS - 1).all(), peer.name


def test_what_is_no_number_counts_as_nothing(board: csr_array) -> None:
    def diverged(train: csr_array, _seed: int) -> Scorer:
        return lambda rows: np.full((len(rows), train.shape[1]), np.nan)

    assert np.isfinite(all_scores(fitted(Peer("diverged", diverged, {}, {}), board, {}, seed=1), USERS)).all()
