from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from gnn.log_partition import USERS_AT_ONCE, log_partition
from gnn.model_settings import LightGCNSettings
from gnn.objectives import Share
from gnn.pair_scores import pair_scores
from gnn.user_softmax import UserSoftmax
from graph.training_data import PreferenceArrays, preference_arrays

USERS, ITEMS, SIZE = 23, 9, 4


def values(seed: int, *shape: int) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape))


@pytest.fixture
def data() -> PreferenceArrays:
    """Every user has a few of the items, in no order; the first items are the popular ones."""
    random = np.random.default_rng(3)
    drawn = zip(random.integers(USERS, size=90).tolist(), (random.geometric(0.3, 90) % ITEMS).tolist(), strict=True)
    pairs = random.permutation(sorted(set(drawn))).tolist()
    users, items = [f"u{u:02}" for u, _ in pairs], [f"i{i}" for _, i in pairs]
    return preference_arrays(users, items, [1.0] * len(pairs), [0] * len(pairs))


def settings(negatives: int = 0, batch_size: int = 16) -> LightGCNSettings:
    return LightGCNSettings(
        loss="user_softmax",
        batch_size=batch_size,
        negatives=negatives,
        negative_weight=30.0,
        popularity=0.5,
        temperature=0.2,
    )


def naive(data: PreferenceArrays, users: np.ndarray, items: np.ndarray, weights: np.ndarray) -> float:
    """The mean over all pairs, by loops. `weights`: of every item in Z."""
    cosines = (users / np.linalg.norm(users, axis=1, keepdims=True)) @ (
        items / np.linalg.norm(items, axis=1, keepdims=True)
    ).T
    scores = cosines / 0.2
    losses = []
    for user, item in zip(data.users, data.items, strict=True):
        compared = sum(weight * np.exp(score) for weight, score in zip(weights, scores[user], strict=True))
        losses.append(np.log(np.exp(scores[user, item]) + compared) - scores[user, item])
    return float(np.mean(losses))


def total(objective: UserSoftmax, users: torch.Tensor, items: torch.Tensor, pairs: int) -> torch.Tensor:
    """The mean loss per pair over an epoch."""
    losses = []
    for batch in objective.batches(np.random.default_rng(1)):
        wanted = items if batch.items is None else items[batch.items]
        losses.append(objective.loss(users[batch.users], wanted, batch) * batch.pairs / pairs)
    return torch.stack(losses).sum()


def test_against_all_items_it_is_the_plain_formula(data: PreferenceArrays) -> None:
    objective = UserSoftmax(data, settings(), Share())
    users, items = values(1, len(data.user_ids), SIZE), values(2, len(data.item_ids), SIZE)
    popularity = np.bincount(data.items) ** 0.5
    expected = naive(data, users.numpy(), items.numpy(), 30.0 * popularity / popularity.sum())
    assert total(objective, users, items, len(data)).item() == pytest.approx(expected)
    assert objective.steps == len(list(objective.batches(np.random.default_rng(1)))) == 2


def test_a_sample_counts_each_draw_alike(data: PreferenceArrays) -> None:
    objective = UserSoftmax(data, settings(negatives=12, batch_size=100), Share())
    users, items = values(1, len(data.user_ids), SIZE), values(2, len(data.item_ids), SIZE)
    (batch,) = objective.batches(np.random.default_rng(1))
    assert batch.items is not None
    assert batch.drawn is not None
    drawn = batch.items[batch.drawn].numpy()
    expected = naive(data, users.numpy(), items.numpy(), 30.0 / 12 * np.bincount(drawn, minlength=len(items)))
    assert objective.loss(users[batch.users], items[batch.items], batch).item() == pytest.approx(expected)


def test_items_are_drawn_by_the_power_of_their_popularity(data: PreferenceArrays) -> None:
    objective = UserSoftmax(data, settings(negatives=200_000, batch_size=100), Share())
    (batch,) = objective.batches(np.random.default_rng(1))
    assert batch.items is not None
    assert batch.drawn is not None
    drawn = np.bincount(batch.items[batch.drawn].numpy(), minlength=len(data.item_ids))
    expected = np.bincount(data.items) ** 0.5
    assert drawn / drawn.sum() == pytest.approx(expected / expected.sum(), rel=0.03)


@pytest.mark.parametrize("negatives", [0, 12])
def test_its_gradient_is_that_of_the_formula(data: PreferenceArrays, negatives: int) -> None:
    objective = UserSoftmax(data, settings(negatives=negatives), Share())
    users = values(1, len(data.user_ids), SIZE).requires_grad_()
    items = values(2, len(data.item_ids), SIZE).requires_grad_()
    assert torch.autograd.gradcheck(lambda u, i: total(objective, u, i, len(data)), (users, items))


def test_shares_add_up_to_the_whole(data: PreferenceArrays) -> None:
    users, items = values(1, len(data.user_ids), SIZE), values(2, len(data.item_ids), SIZE)
    whole = total(UserSoftmax(data, settings(negatives=12), Share()), users, items, len(data))
    parts = [
        total(UserSoftmax(data, settings(negatives=12), Share(rank, 3)), users, items, len(data)) for rank in range(3)
    ]
    assert sum(part.item() for part in parts) == pytest.approx(whole.item())


def test_more_users_than_a_block_give_the_plain_log_of_the_sum() -> None:
    users, items = 3 * values(1, USERS_AT_ONCE + 5, SIZE), 3 * values(2, ITEMS, SIZE)
    weights = torch.arange(ITEMS, dtype=torch.float64)
    expected = torch.logsumexp(users @ items.T + weights.log(), dim=1)
    assert torch.allclose(log_partition(users, items, weights), expected)


def test_bfloat16_is_near_and_its_gradient_points_the_same_way() -> None:
    weights = torch.ones(50)
    results = []
    for low in (False, True):
        users, items = values(1, 40, 16).float().requires_grad_(), values(2, 50, 16).float().requires_grad_()
        sums = log_partition(users, items, weights, bfloat16=low)
        sums.sum().backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        assert users.grad is not None
        assert items.grad is not None
        results.append((sums.detach(), torch.cat([users.grad, items.grad]).flatten()))
    (exact, exact_gradient), (near, near_gradient) = results
    assert torch.allclose(exact, near, atol=0.05)
    assert functional.cosine_similarity(exact_gradient, near_gradient, dim=0) > 0.999


def test_pair_scores_and_their_gradient_are_those_of_autograd() -> None:
    users, items = values(1, 3, SIZE).requires_grad_(), values(2, 5, SIZE).requires_grad_()
    rows, columns = torch.tensor([0, 0, 2, 2, 2]), torch.tensor([1, 4, 0, 1, 3])
    expected = (users[rows] * items[columns]).sum(dim=1)
    assert torch.allclose(pair_scores(users, items, rows, columns), expected)
    assert torch.autograd.gradcheck(lambda u, i: pair_scores(u, i, rows, columns), (users, items))
