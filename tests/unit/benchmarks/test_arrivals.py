from __future__ import annotations

import numpy as np

from benchmarks.arrivals import COUNTS, Arrivals
from benchmarks.placing_forms import PlacingForms
from gnn.factors import Factors, Learned
from graph.training_data import ItemContent, PreferenceArrays, preference_arrays

USERS, ITEMS = 24, 30
FEW = "i29"


def data() -> PreferenceArrays:
    """User u likes the items of the same remainder by three, in an order of time; only one likes the last."""
    pairs = [(user, item) for user in range(USERS) for item in range(ITEMS - 1) if user % 3 == item % 3]
    pairs.append((0, ITEMS - 1))
    users, items = [f"u{u:02}" for u, _ in pairs], [f"i{i:02}" for _, i in pairs]
    return preference_arrays(users, items, [1.0] * len(pairs), [u for u, _ in pairs])


def test_fifths_are_of_items_that_enough_like_and_their_first_users_are_the_oldest() -> None:
    reported, choosing = Arrivals.fifths(data(), 7)
    both = {*reported.items.tolist(), *choosing.items.tolist()}
    assert len(both) == len(reported.items) + len(choosing.items) == 10
    assert ITEMS - 1 not in both, "one user is too few"
    known = reported.first_users(3)
    assert known.sum() == 3 * len(reported.items)
    assert set(reported.data.users[known] // 3) == {0, 1, 2}
    assert (known & ~reported.all_users()).sum() == 0


def test_who_lists_what_is_liked_is_perfect_and_what_is_known_is_not_asked_for() -> None:
    new, _ = Arrivals.fifths(data(), 7)
    for count in COUNTS:
        users, values = new.judge(lambda users: -np.abs(users[:, None] % 3 - new.items % 3).astype(float), count)
        np.testing.assert_array_equal(values, 1.0)
        assert users.min() >= 3 * count - 2
        _, worst = new.judge(lambda users: np.abs(users[:, None] % 3 - new.items % 3).astype(float), count)
        assert worst.max() < 1.0


def test_vectors_are_found_by_tags_and_unknown_users_count_as_the_mean() -> None:
    known, (new, other) = data(), Arrivals.fifths(data(), 7)
    kept = ~(new.all_users() | other.all_users())
    contents = [ItemContent(item, None, {f"rest {int(item[1:]) % 3}": 1.0}) for item in known.item_ids]
    rows = [row for row in range(ITEMS) if (known.items[kept] == row).any()]
    vectors = np.eye(3, dtype=np.float32)
    learned = Learned(
        known.user_ids[1:],
        [known.item_ids[row] for row in rows],
        Factors(vectors[np.arange(1, USERS) % 3], vectors[np.asarray(rows) % 3], 3),
    )
    forms = PlacingForms(known, contents, learned, kept, new)
    for name, found in forms.all():
        users, values = new.judge(new.by_vectors(learned, found), 0)
        np.testing.assert_array_equal(values[users > 0], 1.0, err_msg=name)
    users, values = new.judge(forms.tag_profiles(), 0)
    np.testing.assert_array_equal(values, 1.0)
    for scorer in (forms.any_order(1), forms.popular_tags()):
        assert new.judge(scorer, 0)[1].min() < 1.0
    mean = new.by_vectors(learned, np.eye(3))(np.asarray([0]))
    np.testing.assert_allclose(mean, learned.factors.users.mean(axis=0)[None])
