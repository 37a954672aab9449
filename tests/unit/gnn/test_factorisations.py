"""Alternating least squares and non-negative factorisation, by libraries, in the form that all models have."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gnn.als import fit_als
from gnn.factors import Epoch, Factors
from gnn.model_settings import ALSSettings, NMFSettings
from gnn.nmf import fit_nmf
from graph.training_data import PreferenceArrays, preference_arrays

Fit = Callable[[PreferenceArrays, int, list[Epoch]], Factors]
SIZE = 4


def by_als(data: PreferenceArrays, seed: int, told: list[Epoch]) -> Factors:
    return fit_als(data, ALSSettings(embedding_size=SIZE, regularisation=0.1), seed, told.append)


def by_nmf(data: PreferenceArrays, seed: int, told: list[Epoch]) -> Factors:
    return fit_nmf(data, NMFSettings(embedding_size=SIZE), seed, told.append)


BOTH = pytest.mark.parametrize("fit", [by_als, by_nmf])


@BOTH
def test_it_learns_who_likes_what(taste: PreferenceArrays, fit: Fit) -> None:
    told: list[Epoch] = []
    factors = fit(taste, 1, told)
    assert (factors.users.shape, factors.items.shape) == ((12, SIZE), (10, SIZE))
    assert {factors.users.dtype, factors.items.dtype} == {np.dtype(np.float32)}
    for user, row in enumerate(factors.users @ factors.items.T):
        assert set(np.argsort(-row)[:5] % 2) == {user % 2}
    assert told[-1].number == told[-1].epochs
    assert factors.sharpness > 1, "scores near 0 and 1 tell more than they would as logits"


@BOTH
def test_the_same_seed_gives_the_same_vectors(taste: PreferenceArrays, fit: Fit) -> None:
    first, second = fit(taste, 5, []), fit(taste, 5, [])
    assert np.array_equal(first.items, second.items)
    assert first.sharpness == second.sharpness


def test_als_is_the_solution_of_its_equations(taste: PreferenceArrays) -> None:
    """Hu et al., eq. 4: each user is (YᵀCY + λI)⁻¹ YᵀCp, of the items as they were; items are solved for last."""
    settings = ALSSettings(embedding_size=3, regularisation=0.5, confidence=4.0, iterations=200)
    factors = fit_als(taste, settings, 1)
    users = factors.users.astype(np.float64)
    for item in range(10):
        liked = np.isin(np.arange(12), taste.users[taste.items == item])
        # The library takes what is given for the confidence itself, and 1 for what is missing.
        confidence = np.where(liked, settings.confidence, 1.0)
        left = users.T @ (confidence[:, None] * users) + settings.regularisation * np.eye(3)
        assert np.allclose(np.linalg.solve(left, users.T @ (confidence * liked)), factors.items[item], atol=1e-3)


def test_nothing_in_nmf_is_negative_and_nobody_is_nothing() -> None:
    pairs = [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y"), ("c", "x"), ("c", "y"), ("d", "z")]
    data = preference_arrays([u for u, _ in pairs], [i for _, i in pairs], [1.0] * 7, [0] * 7)
    # So strong a penalty leaves the only user of z no share in anything.
    factors = fit_nmf(data, NMFSettings(embedding_size=2, regularisation=0.4), 1)
    assert (factors.users >= 0).all()
    assert (factors.items >= 0).all()
    assert factors.users.any(axis=1).all()


def test_parts_are_never_more_than_users_or_items(taste: PreferenceArrays) -> None:
    assert fit_nmf(taste, NMFSettings(embedding_size=64), 1).embedding_size == 10
