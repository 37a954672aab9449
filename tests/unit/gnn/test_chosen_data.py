from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gnn.chosen_data import chosen
from gnn.settings import DataSettings
from graph.errors import InputError
from graph.training_data import ItemContent, PreferenceArrays, preference_arrays

DAY = 86_400_000
PAIRS = [("a", "x", 0), ("a", "y", 1), ("a", "z", 9), ("b", "x", 5), ("b", "y", 8), ("c", "z", 10)]
"""User, item, day."""
CONTENTS = [ItemContent(item, kind, {}) for item, kind in (("w", "book"), ("x", "book"), ("y", "film"), ("z", "film"))]


@pytest.fixture
def data() -> PreferenceArrays:
    users, items, days = zip(*PAIRS, strict=True)
    return preference_arrays(list(users), list(items), [1.0] * len(PAIRS), [day * DAY for day in days])


def left(data: PreferenceArrays, **settings: object) -> set[tuple[str, str]]:
    found = chosen(data, CONTENTS, DataSettings.model_validate(settings)).data
    assert set(found.user_ids) == {found.user_ids[u] for u in found.users}
    assert set(found.item_ids) == {found.item_ids[i] for i in found.items}
    return {(found.user_ids[u], found.item_ids[i]) for u, i in zip(found.users, found.items, strict=True)}


def test_everything_is_the_very_same(data: PreferenceArrays) -> None:
    found = chosen(data, CONTENTS, DataSettings())
    assert found.data is data
    assert found.contents is CONTENTS


def test_a_kind_leaves_its_items_alone(data: PreferenceArrays) -> None:
    assert left(data, kinds=("book",)) == {("a", "x"), ("b", "x")}
    contents = chosen(data, CONTENTS, DataSettings(kinds=("book",))).contents
    assert [content.item_id for content in contents] == ["w", "x"]
    assert left(data, kinds=("book", "film")) == {(user, item) for user, item, _ in PAIRS}
    with pytest.raises(InputError, match=r"of the kind song; there are: book, film\."):
        chosen(data, CONTENTS, DataSettings(kinds=("song", "film")))


def test_days_count_from_the_newest_that_is_left(data: PreferenceArrays) -> None:
    assert left(data, days=2) == {("a", "z"), ("c", "z")}
    before = datetime.fromtimestamp(9 * DAY / 1000, tz=UTC)
    assert left(data, until=before) == {("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")}
    assert left(data, until=before, days=4) == {("b", "x"), ("b", "y")}


def test_minimums_hold_for_what_is_left(data: PreferenceArrays) -> None:
    assert left(data, least_per_user=2) == {(user, item) for user, item, _ in PAIRS if user != "c"}
    # Without c, z is liked by one alone; without z, a and b have two each.
    assert left(data, least_per_user=2, least_per_item=2) == {("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")}
    assert left(data, least_per_user=3, least_per_item=2) == set()
