"""Twelve users and ten items of two colours: each likes the five items of their own, all but one."""

from __future__ import annotations

from graph.training_data import PreferenceArrays, preference_arrays

USERS = tuple(f"u{k:02}" for k in range(12))
ITEMS = tuple(f"i{k}" for k in range(10))
LIKES = {
    (user, item): 2.0
    for u, user in enumerate(USERS)
    for i, item in enumerate(ITEMS)
    if u % 2 == i % 2 and u // 2 % 5 != i // 2
}
"""(user, item): the weight of the preference."""


def parity_preferences() -> PreferenceArrays:
    """The same as arrays, all of one moment."""
    users, items = zip(*LIKES, strict=True)
    return preference_arrays(list(users), list(items), list(LIKES.values()), [0] * len(LIKES))
