from __future__ import annotations

import numpy as np
import pytest
import torch

from gnn.losses import bpr, sampled_softmax, squared_length


def values(seed: int, *shape: int) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape))


def test_bpr_is_the_log_odds_of_the_right_order() -> None:
    users, preferred, sampled = values(1, 5, 3), values(2, 5, 3), values(3, 5, 3)
    margins = ((users * (preferred - sampled)).sum(dim=1)).numpy()
    assert bpr(users, preferred, sampled).tolist() == pytest.approx(np.log1p(np.exp(-margins)))


def test_sampled_softmax_equals_the_plain_formula() -> None:
    users, preferred, sampled = values(1, 2, 3), values(2, 4, 3), values(3, 6, 3)
    rows = torch.tensor([0, 1, 1, 0])
    expected = []
    for row, item in zip(rows.tolist(), preferred, strict=True):
        own = np.exp(float(users[row] @ item) / 0.5)
        others = np.exp((sampled @ users[row]).numpy() / 0.5).sum()
        expected.append(-np.log(own / (own + others)))
    assert sampled_softmax(users, rows, preferred, sampled, 0.5).tolist() == pytest.approx(expected)


def test_squared_length_is_half_the_sum_of_each_kind() -> None:
    assert squared_length(torch.tensor([[1.0, 1.0], [2.0, 0.0]]), torch.tensor([[3.0, 0.0]])).item() == (6 + 9) / 2
