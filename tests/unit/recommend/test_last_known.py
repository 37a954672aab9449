from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graph.records import Scored
from graph.user_states import Liking, UserState
from recommend.last_known import KEY, LastKnown
from recommend.protocol import Ask, Filters

AT = datetime(2026, 5, 1, 10, 12, tzinfo=UTC)
POPULAR = [Scored(f"i{k}", 10.0 - k) for k in range(5)]


class Kept:
    """A shelf in memory, as far as LastKnown knows one."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self.values.get(key)

    def set(self, key: str, value: bytes, _seconds: float) -> None:
        self.values[key] = value


def last_known(kept: Kept) -> LastKnown:
    return LastKnown(None, kept, lambda: AT)  # type: ignore[arg-type] # no filter here asks the catalogue


def test_what_was_seen_or_excluded_does_not_come() -> None:
    known = last_known(Kept())
    known.learn(POPULAR)
    state = UserState("ann", exists=True, likings=(Liking("i0", -1.0),))
    (found,) = known.candidates([Ask("ann", 2, Filters(exclude_ids=("i2",)), state=state)])
    assert found == [POPULAR[1], POPULAR[3]]


def test_another_replica_knows_it_from_the_shelf() -> None:
    kept = Kept()
    last_known(kept).learn(POPULAR)
    other = last_known(kept)
    assert other.popular().items == tuple(POPULAR)
    assert other.popular().at == AT


def test_an_empty_list_is_no_news() -> None:
    known = last_known(Kept())
    known.learn(POPULAR)
    known.learn([])
    assert known.popular().items == tuple(POPULAR)


@pytest.mark.parametrize(
    "broken", [b"", b"{}", b"[1]", b'{"at": "x", "items": []}', b'{"at": "2026-01-01", "items": [[1]]}']
)
def test_a_shelf_that_holds_something_else_is_passed_over(broken: bytes, caplog: pytest.LogCaptureFixture) -> None:
    kept = Kept()
    kept.values[KEY] = broken
    assert last_known(kept).candidates([Ask("ann")]) == [[]]
    assert "cannot be read" in caplog.text
