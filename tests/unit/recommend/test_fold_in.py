from __future__ import annotations

import numpy as np
import pytest

from gnn.factors import Factors
from gnn.inner_product import searchable_items, searchable_users
from gnn.prior import EVENNESS, MOST_DIRECTIONS, learn_prior
from graph.vectors import Vectors
from recommend.fold_in import TRUST, Likes, drops, folded, lessened, renewed

SIZE = 4


def factors_of(seed: int, sharpness: float = 1.0, size: int = SIZE) -> Factors:
    """Random tastes of 30 users and 20 items, and a bias that users multiply by 1."""
    random = np.random.default_rng(seed)
    users = np.column_stack([random.normal(size=(30, size)) + 0.3, np.ones(30)]).astype(np.float32)
    items = random.normal(size=(20, size + 1)).astype(np.float32)
    return Factors(users, items, size, sharpness)


def most_probable(factors: Factors, known: int, liked: list[int]) -> list[float]:
    """The same by its definition, number by number: one Newton step of the logarithm of the posterior, densely."""
    size, sharp = factors.embedding_size, factors.sharpness
    users, items = factors.users[:known].astype(np.float64), factors.items.astype(np.float64)
    mean = users.mean(axis=0)
    covariance = sum(np.outer(u[:size] - mean[:size], u[:size] - mean[:size]) for u in users) / known
    covariance = covariance + np.eye(size) * EVENNESS * np.trace(covariance) / size
    logits = [sharp * float(item @ mean) for item in items]
    total = sum(np.exp(logit) for logit in logits)
    chances = [np.exp(logit) / total for logit in logits]
    tastes = [sharp * item[:size] for item in items]
    centre = sum(chance * taste for chance, taste in zip(chances, tastes, strict=True))
    curvature = sum(c * np.outer(t - centre, t - centre) for c, t in zip(chances, tastes, strict=True))
    gradient = sum(tastes[item] - centre for item in liked)
    step = np.linalg.solve(np.linalg.inv(covariance) + len(liked) * curvature, gradient)
    return [*(mean[:size] + step), *mean[size:], 0.0]


@pytest.mark.parametrize(("seed", "sharpness", "liked"), [(1, 1.0, [3]), (2, 1.0, [0, 5, 6, 19]), (3, 7.5, [1, 2])])
def test_folding_is_the_most_probable_user(seed: int, sharpness: float, liked: list[int]) -> None:
    factors = factors_of(seed, sharpness)
    prior = learn_prior(factors, 25)
    found = folded(prior, Likes.alike(searchable_items(factors.items)[liked]))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, most_probable(factors, 25, liked), rtol=1e-4, atol=1e-5)


def test_sharpness_is_a_unit_and_no_more() -> None:
    """Users thrice as long and scores a third as sharp are the same model, and fold in to the same order."""
    one = factors_of(4)
    longer, heavier = np.ones(SIZE + 1, np.float32), np.ones(SIZE + 1, np.float32)
    longer[:SIZE], heavier[SIZE] = 3, 3
    other = Factors(one.users * longer, one.items * heavier, SIZE, 1 / 3)
    liked = [2, 7]
    scores = [
        searchable_items(f.items) @ folded(learn_prior(f, 30), Likes.alike(searchable_items(f.items)[liked]))
        for f in (one, other)
    ]
    np.testing.assert_allclose(3 * scores[0], scores[1], rtol=1e-4, atol=1e-4)


def test_nobody_is_moved_by_what_everybody_would_choose() -> None:
    factors = factors_of(5)
    prior = learn_prior(factors, 30)
    average = np.concatenate([prior.centre, [0.0, 0.0]]).astype(np.float32)
    np.testing.assert_allclose(folded(prior, Likes.alike(average[None])), prior.mean, atol=1e-5)
    np.testing.assert_allclose(prior.mean, searchable_users(factors.users).mean(axis=0), atol=1e-6)


def test_few_directions_are_kept_of_many() -> None:
    prior = learn_prior(factors_of(6, size=MOST_DIRECTIONS + 8), 30)
    assert prior.basis.shape == (MOST_DIRECTIONS + 8, MOST_DIRECTIONS)
    assert (prior.damping >= 0).all()


@pytest.mark.parametrize(("learned", "likes", "share"), [(0, 1, 1 / 2), (3, 1, 3 / 4), (5, 5, 1 / 2), (900, 5, 1 / 2)])
def test_a_trained_vector_weighs_as_the_likes_behind_it_up_to_a_bound(learned: int, likes: int, share: float) -> None:
    assert TRUST == 5
    factors = factors_of(7)
    prior, items = learn_prior(factors, 30), searchable_items(factors.items)
    trained: Vectors = searchable_users(factors.users)[3]
    expected = share * trained + (1 - share) * folded(prior, Likes.alike(items[:likes]))
    np.testing.assert_allclose(renewed(trained, learned, prior, Likes.alike(items[:likes])), expected, atol=1e-6)


def weighed(factors: Factors, liked: list[int], weights: list[float]) -> Likes:
    return Likes(searchable_items(factors.items)[liked], np.asarray(weights))


def test_a_drop_is_what_the_score_loses_without_the_like() -> None:
    factors, liked, weights = factors_of(8), [1, 4, 9], [1.0, 0.5, 0.25]
    prior, everything = learn_prior(factors, 30), weighed(factors, liked, weights)
    for target in searchable_items(factors.items):
        found = drops(prior, everything, target)
        for k in range(3):
            others = weighed(factors, liked[:k] + liked[k + 1 :], weights[:k] + weights[k + 1 :])
            lost = float(target @ folded(prior, everything)) - float(target @ folded(prior, others))
            assert found[k] == pytest.approx(lost, abs=1e-4)


def test_a_like_that_counts_half_twice_is_one_like() -> None:
    factors = factors_of(9)
    prior = learn_prior(factors, 30)
    halves, whole = weighed(factors, [3, 3, 5], [0.5, 0.5, 1.0]), weighed(factors, [3, 5], [1.0, 1.0])
    np.testing.assert_allclose(folded(prior, halves), folded(prior, whole), atol=1e-5)


def test_a_trained_vector_loses_what_the_withheld_likes_made_of_it() -> None:
    factors = factors_of(10)
    prior, trained = learn_prior(factors, 30), searchable_users(factors.users)[2]
    left, withheld = weighed(factors, [1, 2], [1.0, 1.0]), weighed(factors, [7], [1.0])
    found = lessened(trained, prior, left, withheld)
    both = folded(prior, weighed(factors, [1, 2, 7], [1.0, 1.0, 1.0]))
    np.testing.assert_allclose(trained - found, both - folded(prior, left), atol=1e-5)
    assert float(searchable_items(factors.items)[7] @ (trained - found)) > 0
    nothing_left = lessened(both, prior, weighed(factors, [], []), weighed(factors, [1, 2, 7], [1.0, 1.0, 1.0]))
    np.testing.assert_allclose(nothing_left, prior.mean, atol=1e-5)
