"""What describes a user: properties that other users share.

Text and yes or no count as they are; numbers by which of a few ranges they fall into, cut at quantiles of the users
with preferences. A value that too few of those users share (a name, an address) tells one user from another but
nothing of taste, and is left out; so are all but the commonest values of a property that has very many.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from gnn.features import Description, Feature, Features, features
from gnn.settings import LightFMSettings
from graph.training_data import PreferenceArrays, UserProfile

Edges = Mapping[str, NDArray[np.float64]]
"""For each property in numbers the ascending values at which a new range starts."""


def user_features(data: PreferenceArrays, profiles: Sequence[UserProfile], settings: LightFMSettings) -> Features:
    """Features of the users of `data` and, from `profiles`, of those who like nothing yet."""
    known = set(data.user_ids)
    edges = _edges((profile for profile in profiles if profile.user_id in known), settings.profile_bins)
    told = {profile.user_id: set(_told(profile, edges)) for profile in profiles}
    shared = _shared(Counter(feature for user in known for feature in told.get(user, ())), settings)
    return features(data.user_ids, {user: _description(found & shared) for user, found in told.items()})


def _edges(profiles: Iterable[UserProfile], bins: int) -> Edges:
    """Cut each property at its quantiles 1/bins, 2/bins, …; fewer ranges come where many share a value."""
    numbers = defaultdict(list)
    for profile in profiles:
        for name, value in profile.properties.items():
            if _is_number(value):
                numbers[name].append(float(value))
    steps = np.arange(1, bins) / bins
    return {name: np.unique(np.quantile(values, steps, method="inverted_cdf")) for name, values in numbers.items()}


def _told(profile: UserProfile, edges: Edges) -> Iterable[Feature]:
    for name, value in profile.properties.items():
        if isinstance(value, bool):
            yield name, str(value).lower()
        elif isinstance(value, str):
            yield name, value
        elif _is_number(value) and name in edges:
            yield name, f"range {np.searchsorted(edges[name], value, side='right')}"


def _is_number(value: str | float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _shared(users: Counter[Feature], settings: LightFMSettings) -> set[Feature]:
    """Those that at least `profile_least_users` users share, up to `profile_most_values` per property."""
    of_property: defaultdict[str, list[Feature]] = defaultdict(list)
    for feature in sorted(users, key=lambda feature: (-users[feature], feature)):
        if users[feature] >= settings.profile_least_users:
            of_property[feature[0]].append(feature)
    return {feature for found in of_property.values() for feature in found[: settings.profile_most_values]}


def _description(found: set[Feature]) -> Description:
    return dict.fromkeys(found, 1.0)
