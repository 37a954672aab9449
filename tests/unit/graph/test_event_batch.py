"""The columns that travel say the same as the events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from graph.event_batch import EventBatch, milliseconds
from graph.records import Event

WHEN = datetime(2024, 1, 1, tzinfo=UTC)
EVENTS = st.lists(
    st.builds(
        Event,
        st.uuids().map(str),
        st.sampled_from("abc"),
        st.sampled_from("xyz"),
        st.sampled_from(("view", "rate")),
        st.just(WHEN),
        st.none() | st.floats(0, 5),
        st.none() | st.just("web"),
        st.none() | st.just("{}"),
    )
)


@given(EVENTS)
def test_a_batch_holds_every_event_under_its_user(events: list[Event]) -> None:
    batch = EventBatch.of(events)
    unpacked = [
        Event(event_id, user_id, batch.item_ids[place], kind, WHEN, value, platform, metadata)
        for user_id, rows in batch.groups
        for place, event_id, kind, at, value, platform, metadata in rows
        if at == WHEN.timestamp() * 1000
    ]
    assert sorted(unpacked, key=lambda event: event.event_id) == sorted(events, key=lambda event: event.event_id)
    assert batch.size == len(events)
    assert len({user_id for user_id, _ in batch.groups}) == len(batch.groups)
    assert len(set(batch.item_ids)) == len(batch.item_ids)


def test_times_are_milliseconds_in_any_zone_and_before_1970() -> None:
    assert milliseconds(datetime(1970, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))) == 0
    assert milliseconds(datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)) == -1
