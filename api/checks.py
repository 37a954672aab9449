"""Rules for single values that clients send, and the list of what breaks them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from graph.errors import InputError

LONGEST_ID = 200
LONGEST_NAME = 100
LONGEST_METADATA = 4_096
MOST_NAMES = 50
SHOWN = 5
CLOCK_SKEW = timedelta(minutes=5)
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
UNPRINTABLE = frozenset({"Cc", "Cs"})
"""Control characters, and halves of surrogate pairs, which UTF-8 cannot hold."""


class Problems:
    """Collects every problem of a request, so that one answer tells them all."""

    def __init__(self, ending: str = "") -> None:
        self.found: list[str] = []
        self._ending = ending

    def add(self, place: str, problem: str | None) -> None:
        """Note `problem` at `place`, such as `events[3].at`; None is no problem."""
        if problem is not None:
            self.found.append(f"{place}: {problem}")

    def refuse(self) -> None:
        """Raise InputError if there are any."""
        if self.found:
            more = f" … and {len(self.found) - SHOWN} more" if len(self.found) > SHOWN else ""
            raise InputError("; ".join(self.found[:SHOWN]) + more + "." + self._ending, self.found)


@contextmanager
def checking(ending: str = "") -> Iterator[Problems]:
    """Collect problems; at the end raise InputError if there are any, with `ending` after them."""
    problems = Problems(ending)
    yield problems
    problems.refuse()


def wrong_name(text: str, longest: int = LONGEST_NAME) -> str | None:
    """What is wrong with an id or a name: one line, no space around it, 1 to `longest` characters."""
    if not text.strip():
        return "is empty"
    if len(text) > longest:
        return f"has {len(text)} characters; {longest} is the most"
    if any(unicodedata.category(character) in UNPRINTABLE for character in text):
        return "has a control character"
    return "has a space at its start or end" if text != text.strip() else None


def check_names(
    problems: Problems,
    place: str,
    names: Sequence[str] | None,
    most: int = MOST_NAMES,
    wrong: Callable[[str], str | None] = wrong_name,
) -> None:
    """Note at `place` that there are more than `most`, and what is `wrong` with each name up to there."""
    if names and len(names) > most:
        problems.add(place, f"has {len(names)} entries; {most} is the most")
    for name in (names or ())[:most]:
        problems.add(place, wrong(name))


def wrong_id(text: str) -> str | None:
    """What is wrong with an id."""
    return wrong_name(text, LONGEST_ID)


def wrong_text(text: str, longest: int) -> str | None:
    """What is wrong with a text of several lines."""
    if len(text) > longest:
        return f"has {len(text)} characters; {longest} is the most"
    if any(unicodedata.category(character) in UNPRINTABLE for character in text if character not in "\n\r\t"):
        return "has a control character"
    return None


def wrong_zone(moment: datetime) -> str | None:
    """What is wrong with a moment that may lie anywhere: it needs a time zone."""
    return "has no time zone; send it like 2026-05-04T12:00:00Z" if moment.tzinfo is None else None


def wrong_moment(moment: datetime, now: datetime) -> str | None:
    """What is wrong with a moment: it needs a time zone, and cannot lie ahead."""
    if problem := wrong_zone(moment):
        return problem
    try:
        utc = moment.astimezone(UTC)
    except OverflowError:
        return "is outside the calendar"
    if utc > now + CLOCK_SKEW:
        return "lies in the future"
    return "lies before 1900" if utc < EARLIEST else None


def wrong_metadata(text: str) -> str | None:
    """What is wrong with metadata: a JSON object as text."""
    if problem := wrong_text(text, LONGEST_METADATA):
        return problem
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return 'is no JSON; send an object as text, like "{\\"page\\": 3}"'
    return None if isinstance(value, dict) else "is JSON, but no object"


def wrong_first(first: int, most: int) -> str | None:
    """What is wrong with a number of things asked for."""
    return None if 1 <= first <= most else f"is {first}; ask for 1 to {most}"


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
