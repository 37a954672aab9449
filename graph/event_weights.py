"""The rule of PreferenceSettings and PopularitySettings over arrays, for events that do not pass through Cypher.

It says what ingest/derive_from_events says; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from graph.settings import PopularitySettings, PreferenceSettings

RATE = "rate"
"""The type of event whose value counts."""
ORIGIN = round(datetime(2000, 1, 1, tzinfo=UTC).timestamp() * 1000)
"""Where forward decay starts, in milliseconds since 1970."""


def event_weights(
    types: Sequence[str], codes: NDArray[np.integer], values: NDArray[np.float64], preferences: PreferenceSettings
) -> NDArray[np.float64]:
    """What each of n events adds to the preference of its pair: float64[n].

    `codes`: int[n], places in `types`; `values`: float64[n], NaN where an event has none.
    """
    known = preferences.weights
    of_types = np.asarray([known.get(name, preferences.default_weight) for name in types], dtype=np.float64)
    weights: NDArray[np.float64] = of_types[codes]
    if RATE in types:
        rated = codes == types.index(RATE)
        found = np.where(np.isnan(values[rated]), preferences.rating_midpoint, values[rated])
        weights[rated] = known[RATE] * (found - preferences.rating_midpoint) / preferences.rating_halfrange
    return weights


def forward_decayed(
    weights: NDArray[np.float64], at: NDArray[np.int64], popularity: PopularitySettings
) -> NDArray[np.float64]:
    """What each of n events adds to its item's popularity: float64[n], 0 where its weight is not above 0.

    `at`: int64[n], milliseconds since 1970. See graph.after_ingest for the source.
    """
    decayed: NDArray[np.float64] = np.maximum(weights, 0.0) * 2.0 ** ((at - ORIGIN) / popularity.half_life_millis)
    return decayed
