"""What describes a user: properties that other users share.

Text and yes or no count as they are; numbers by which of a few ranges they fall into, cut at quantiles of the users
with preferences. A value that too few of those users share (a name, an address) tells one user from another but
nothing of taste, and is left out; so are all but the commonest values of a property that has very many.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from gnn.features import Feature, Features, features
from gnn.model_settings import FeatureSettings
from graph.training_data import PreferenceArrays, UserProfile

RANGE = "range of "
"""Sets ranges of a property apart from its other values; they are never more than `profile_bins`."""
Edges = Mapping[str, NDArray[np.float64]]
"""For each property in numbers the ascending values at which a new range starts."""


def user_features(data: PreferenceArrays, profiles: Sequence[UserProfile], settings: FeatureSettings) -> Features:
    """Features of the users of `data` and, from `profiles`, of those who like nothing yet."""
    known = set(data.user_ids)
    edges = _edges((profile for profile in profiles if profile.user_id in known), settings.profile_bins)
    told = {profile.user_id: {*_values(profile), *_ranges(profile, edges)} for profile in profiles}
    users = Counter(feature for user in known for feature in told.get(user, ()))
    shared = _shared(users, settings)
    return features(data.user_ids, {user: dict.fromkeys(found & shared, 1.0) for user, found in told.items()})


def _edges(profiles: Iterable[UserProfile], bins: int) -> Edges:
    """Cut each property at its quantiles 1/bins, 2/bins, …; fewer ranges come where many share a value."""
    numbers = defaultdict(list)
    for profile in profiles:
        for name, value in _numbers(profile):
            numbers[name].append(value)
    steps = np.arange(1, bins) / bins
    return {name: np.unique(np.quantile(values, steps, method="inverted_cdf")) for name, values in numbers.items()}


def _values(profile: UserProfile) -> Iterator[Feature]:
    for name, value in profile.properties.items():
        if isinstance(value, bool):
            yield name, str(value).lower()
        elif isinstance(value, str) and value.strip():
            yield name, value.strip()


def _ranges(profile: UserProfile, edges: Edges) -> Iterator[Feature]:
    for name, value in _numbers(profile):
        if name in edges:
            yield f"{RANGE}{name}", str(np.searchsorted(edges[name], value, side="right"))


def _numbers(profile: UserProfile) -> Iterator[tuple[str, float]]:
    for name, value in profile.properties.items():
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            yield name, float(value)


def _shared(users: Counter[Feature], settings: FeatureSettings) -> set[Feature]:
    """Those of enough users: the commonest of each property, and all ranges, of which there are few."""
    enough = [feature for feature, count in users.items() if count >= settings.profile_least_users]
    of_property: defaultdict[str, list[Feature]] = defaultdict(list)
    for feature in sorted(enough, key=lambda feature: (-users[feature], feature)):
        of_property[feature[0]].append(feature)
    return {
        feature
        for what, found in of_property.items()
        for feature in (found if what.startswith(RANGE) else found[: settings.profile_most_values])
    }
