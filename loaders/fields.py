"""Checks and reads single fields. BadRow says why one cannot be read, without its value: reasons are counted."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Literal

LONGEST_ID = 256
LONGEST_TYPE = 64
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
SECONDS_BELOW = 1e11
"""Smaller epochs are seconds, larger ones milliseconds: 10^11 is the year 5138 in the one, 1973 in the other."""
UNCLEAR_BELOW = 1e8
"""Where no form is named, an epoch before March 1973 may as well be a date such as 20091201."""

TimeForm = Literal["auto", "seconds", "milliseconds", "iso"]
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode
_TYPE = re.compile(r"[a-z0-9_][a-z0-9_.:-]*")


class BadRow(Exception):
    """A row that cannot be loaded; its text is the reason, the same for all rows of its sort."""


def plain_text(value: object) -> str:
    """A field as text: whole numbers without a fraction, nothing for None and NaN. Raises BadRow for lists and such."""
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise BadRow("a field is neither text nor a number")


def checked_id(text: str, what: str) -> str:
    """`text`, if it can be an id; `what` is user, item or event. Raises BadRow."""
    if not text:
        raise BadRow(f"the {what} id is missing")
    if len(text) > LONGEST_ID:
        raise BadRow(f"the {what} id has more than {LONGEST_ID} characters")
    if not (text.isascii() and text.isprintable()) and _CONTROL.search(text):
        raise BadRow(f"the {what} id has control characters")
    return text


def checked_type(text: str) -> str:
    """An event type in our spelling: lower case, underscores for spaces. Raises BadRow."""
    name = text.lower().replace(" ", "_")
    if not name:
        raise BadRow("the event type is missing")
    if len(name) > LONGEST_TYPE or _TYPE.fullmatch(name) is None:
        raise BadRow("the event type is no name")
    return name


def number(value: object, what: str) -> float:
    """A finite number. Raises BadRow."""
    try:
        read = float(value) if not isinstance(value, bool) else math.nan  # type: ignore[arg-type] # refused below
    except (TypeError, ValueError, OverflowError):
        raise BadRow(f"the {what} is no number") from None
    if not math.isfinite(read):
        raise BadRow(f"the {what} is no finite number")
    return read


def time_reader(form: TimeForm) -> Callable[[object], datetime]:
    """Reads a field as a moment in UTC; a time without a zone is taken as UTC. The reader raises BadRow."""

    def read(value: object) -> datetime:
        try:
            moment = value if isinstance(value, date) else _parsed(value, form)
            aware = _aware(moment)
        except (ValueError, OverflowError, OSError, TypeError):
            raise BadRow("the time cannot be read") from None
        if not EARLIEST <= aware < LATEST:
            raise BadRow("the time is not between the years 1970 and 2100")
        return aware

    return read


def _aware(moment: date) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _parsed(value: object, form: TimeForm) -> datetime:
    if form == "iso":
        return datetime.fromisoformat(str(value))
    try:
        epoch = float(value)  # type: ignore[arg-type] # another type is refused by the caller
    except ValueError:
        if form != "auto":
            raise
        return datetime.fromisoformat(str(value))
    if form == "auto" and abs(epoch) < UNCLEAR_BELOW:
        raise BadRow("the time is a small number: name its form in the mapping (time)")
    milliseconds = form == "milliseconds" or (form == "auto" and abs(epoch) >= SECONDS_BELOW)
    return datetime.fromtimestamp(epoch / 1000 if milliseconds else epoch, UTC)


def json_text(values: dict[str, str]) -> str | None:
    """Metadata as JSON text, None where there is none."""
    return _ENCODE(values) if values else None
