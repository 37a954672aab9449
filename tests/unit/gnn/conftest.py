from __future__ import annotations

import pytest

from graph.training_data import ItemContent, PreferenceArrays, UserProfile
from tests.threads import one_thread
from tests.worlds.parity import parity_preferences

__all__ = ["one_thread"]


@pytest.fixture
def taste() -> PreferenceArrays:
    """Two groups of six users who like the same five items but for one each."""
    return parity_preferences()


@pytest.fixture
def contents() -> list[ItemContent]:
    """The ten items, a new one of the even kind, and one of which nothing is known."""
    known = [ItemContent(f"i{i}", "movie", {("even", "odd")[i % 2]: 1.0}) for i in range(10)]
    return [*known, ItemContent("j-new", "movie", {"even": 1.0}), ItemContent("k-bare", None, {})]


@pytest.fixture
def profiles() -> list[UserProfile]:
    """The twelve users, whose taste goes with where they live; two new ones, and one of whom nothing is known."""
    known = [UserProfile(f"u{u:02}", {"home": ("town", "village")[u % 2], "name": f"name {u}"}) for u in range(12)]
    return [*known, *(UserProfile(f"new-{home}", {"home": home}) for home in ("town", "village")), UserProfile("x", {})]
