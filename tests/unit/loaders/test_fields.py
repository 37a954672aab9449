import math
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.fields import BadRow, TimeForm, checked_id, checked_type, number, plain_text, time_reader

MOMENTS = st.datetimes(datetime(1973, 3, 4), datetime(2099, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS)
def test_every_form_of_a_time_says_the_same_moment(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    seconds = int(moment.timestamp())
    auto = time_reader("auto")
    written: list[object] = [seconds, str(seconds), seconds * 1000, moment, moment.isoformat(), f"{moment:%FT%TZ}"]
    written += [moment.astimezone(timezone(timedelta(hours=-7))).isoformat(), f"{moment:%F %T}"]
    assert {auto(field) for field in written} == {moment}
    assert time_reader("seconds")(str(seconds)) == time_reader("milliseconds")(str(seconds * 1000)) == moment


@pytest.mark.parametrize(
    ("field", "form", "reason"),
    [
        ("yesterday", "auto", "cannot be read"),
        ("", "iso", "cannot be read"),
        ("nan", "seconds", "cannot be read"),
        ("1e400", "auto", "cannot be read"),
        (None, "seconds", "cannot be read"),
        ("2010-13-01", "auto", "cannot be read"),
        ("20091201", "auto", "small number"),
        ("-5", "seconds", "between the years"),
        ("1850-01-01", "auto", "between the years"),
        ("9999999999", "seconds", "between the years"),
    ],
)
def test_a_time_that_says_no_moment_is_refused(field: object, form: TimeForm, reason: str) -> None:
    with pytest.raises(BadRow, match=reason):
        time_reader(form)(field)


def test_a_date_is_its_midnight_in_utc() -> None:
    assert time_reader("auto")(date(2010, 12, 1)) == datetime(2010, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "text"), [(7, "7"), (7.0, "7"), (7.5, "7.5"), (math.nan, ""), (None, ""), (" a b ", "a b"), (-3, "-3")]
)
def test_fields_as_text(field: object, text: str) -> None:
    assert plain_text(field) == text


@pytest.mark.parametrize("field", [True, [1], {"a": 1}, b"x"])
def test_what_is_neither_text_nor_number_is_refused(field: object) -> None:
    with pytest.raises(BadRow, match="neither text nor a number"):
        plain_text(field)


@pytest.mark.parametrize(
    ("text", "reason"), [("", "missing"), ("x" * 257, "256"), ("a\0b", "control"), ("a\u2028b", "control")]
)
def test_what_cannot_be_an_id_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BadRow, match=reason):
        checked_id(text, "user")


def test_ids_may_be_of_any_script() -> None:
    assert checked_id("ユーザー 1", "user") == "ユーザー 1"


def test_types_get_our_spelling() -> None:
    assert checked_type("COMMENT CREATED") == "comment_created"
    for bad in ("", "a\nb", "x" * 65, "'; DROP"):
        with pytest.raises(BadRow):
            checked_type(bad)


@pytest.mark.parametrize("field", ["nan", "inf", "-inf", "x", None, True, "1e999"])
def test_only_finite_numbers_are_numbers(field: Any) -> None:
    with pytest.raises(BadRow, match="number"):
        number(field, "value")
