from __future__ import annotations

import pytest

from graph.training_data import PreferenceArrays, preference_arrays
from tests.threads import one_thread

__all__ = ["one_thread"]


@pytest.fixture
def taste() -> PreferenceArrays:
    """Two groups of six users who like the same five items but for one each."""
    pairs = [(u, i) for u in range(12) for i in range(10) if u % 2 == i % 2 and u // 2 % 5 != i // 2]
    return preference_arrays(
        [f"u{u:02}" for u, _ in pairs], [f"i{i}" for _, i in pairs], [1.0] * len(pairs), [0] * len(pairs)
    )
