import pytest

from graph.errors import SourceError
from graph.settings import PopularitySettings, PreferenceSettings
from loaders.event_tables import table_of
from loaders.pair_sums import PairSums
from tests.worlds.listed_source import crossing_source


def test_an_event_of_a_user_that_is_not_listed_is_refused() -> None:
    sums = PairSums(["u0"], [f"i{k}" for k in range(30)], PreferenceSettings(), PopularitySettings())
    events = [one for one in crossing_source(10).event_rows if not isinstance(one, Exception)]
    with pytest.raises(SourceError, match=r"userId u\d+, .* which it does not list"):
        sums.add(table_of(events))  # type: ignore[arg-type] # nothing is rejected there


def test_without_events_there_are_no_pairs() -> None:
    assert len(PairSums([], [], PreferenceSettings(), PopularitySettings()).pairs()) == 0
