"""Cursors: where a page ended, as text that clients give back and need not understand."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Annotated, TypeVar

import strawberry
from pydantic import TypeAdapter, ValidationError

from graph.errors import InputError

T = TypeVar("T")
After = Annotated[
    str | None, strawberry.argument(description="`endCursor` of the page before; without: the first page.")
]
LONGEST = 2_000


def cursor_of(*key: object) -> str:
    """The cursor of an entry, from what its list is ordered by."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def key_of(after: str | None, shape: TypeAdapter[T], first: T) -> T:
    """What a list goes on behind: `first` without a cursor. Raises InputError for text that is no cursor of it."""
    if after is None:
        return first
    try:
        return shape.validate_json(base64.urlsafe_b64decode(after[:LONGEST].encode()))
    except (ValidationError, binascii.Error, ValueError):
        raise InputError("after: is no cursor of this list; give back what its endCursor said.") from None


def page_of(found: Sequence[T], first: int) -> tuple[list[T], bool]:
    """The entries of a page for which one more was asked, and whether there are more."""
    return list(found[:first]), len(found) > first
