from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from graph.training_data import PreferenceArrays, preference_arrays


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Threads that wait for each other by spinning take many times as long where cores are busy with other tests."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def taste() -> PreferenceArrays:
    """Two groups of six users who like the same five items but for one each."""
    pairs = [(u, i) for u in range(12) for i in range(10) if u % 2 == i % 2 and u // 2 % 5 != i // 2]
    return preference_arrays(
        [f"u{u:02}" for u, _ in pairs], [f"i{i}" for _, i in pairs], [1.0] * len(pairs), [0] * len(pairs)
    )
