"""Which moments are learned from: none whose outcome is not known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gnn.churn.cuts import known_at, past_cuts
from graph.settings import MILLIS_PER_DAY, ChurnSettings

DAYS = st.integers(0, 1_000)


@given(DAYS, st.integers(1, 90), st.integers(2, 90), st.integers(1, 60))
def test_every_cut_has_its_window_and_its_horizon(days: int, horizon: int, window: int, step: int) -> None:
    settings = ChurnSettings(horizon_days=horizon, window_days=window, step_days=step)
    oldest, newest = 10**12, 10**12 + round(days * MILLIS_PER_DAY)
    cuts = past_cuts(newest, oldest, settings)
    assert len(cuts) <= settings.most_cuts
    assert cuts == sorted(cuts, reverse=True)
    assert bool(cuts) == (days >= horizon + window)
    for cut in cuts:
        assert cut - settings.window_millis >= oldest
        assert cut + settings.horizon_millis <= newest
        assert all(one + settings.horizon_millis <= cut for one in known_at(cut, cuts, settings))
