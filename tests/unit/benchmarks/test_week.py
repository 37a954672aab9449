from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.week import Night, _ratings, check
from graph.jobs import JobRecord, StepRecord

BEGIN = datetime(2026, 1, 1, 2, tzinfo=UTC)


def night(day: int, events: int, serving: str, *, killed: bool = False, held_back: bool = False) -> Night:
    moment = BEGIN + timedelta(days=day)
    metrics = {"held back": "worse"} if held_back else {}
    job = JobRecord(f"n{day}", "succeeded", moment, moment, [StepRecord("train als", "succeeded", metrics=metrics)])
    return Night(moment, events, 1.0, killed, job, {"als": serving})


def test_a_week_in_which_each_night_did_what_it_had_to_passes() -> None:
    check([night(0, 9, "a"), night(1, 0, "a"), night(2, 3, "a", killed=True), night(3, 0, "b")])
    check([night(0, 9, "a"), night(1, 2, "a", held_back=True)])


@pytest.mark.parametrize(
    "nights",
    [
        [night(0, 9, "a"), night(1, 2, "a")],
        [night(0, 9, "a"), night(1, 0, "b")],
        [night(0, 9, "a"), night(1, 2, "b", killed=True)],
        [night(0, 9, "a"), night(1, 2, "a", killed=True), night(2, 0, "a")],
    ],
    ids=["idle with news", "trained without", "changed by a dead night", "nobody makes up for it"],
)
def test_one_in_which_a_night_did_not_is_refused(nights: list[Night]) -> None:
    with pytest.raises(RuntimeError, match="changed"):
        check(nights)


def test_a_days_ratings_are_those_from_one_night_to_the_next(tmp_path: Path) -> None:
    moments = [BEGIN + timedelta(hours=hours) for hours in (-1, 0, 23, 24)]
    rows = "".join(f"1,{k},4.0,{int(moment.timestamp())}\n" for k, moment in enumerate(moments))
    (tmp_path / "ratings.csv").write_text("userId,movieId,rating,timestamp\n" + rows)
    part = tmp_path / "part.csv"
    assert _ratings(tmp_path, part, BEGIN, BEGIN + timedelta(days=1)) == 2
    assert [line.split(",")[1] for line in part.read_text().splitlines()[1:]] == ["1", "2"]
