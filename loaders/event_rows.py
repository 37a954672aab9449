"""Turns one row of an event file into the facts of its event, by a mapping."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from graph.records import Item
from loaders.fields import BadRow, checked_id, checked_type, json_text, number, plain_text, time_reader
from loaders.mapping import EventMapping, Where

Fields = Mapping[str, object]
MATCHES_HELD = 10_000
"""Fields whose match with a rule is remembered: products and prices come again and again."""


class Facts(NamedTuple):
    """What a row says: an event without the parts that depend on the rows before it."""

    user_id: str
    item_id: str
    type: str
    at: datetime | None
    value: float | None
    platform: str | None
    metadata: str | None
    event_id: str | None

    def key(self) -> str:
        """What two rows must share to be alike; times to the microsecond, whatever their form was."""
        at = "" if self.at is None else repr(self.at.timestamp())
        return "\x1f".join(
            (self.user_id, self.item_id, self.type, at, repr(self.value), self.platform or "", self.metadata or "")
        )


class EventRows:
    """Reads rows by a mapping; the fields come by column name."""

    def __init__(self, mapping: EventMapping) -> None:
        self._mapping = mapping
        self._columns = mapping.columns
        self._missing = mapping.missing
        self._time = time_reader(mapping.time)
        # rows that follow each other often share their time
        self._last_time: tuple[str, datetime | None] = ("", None)
        self._types = {name.lower(): ours for name, ours in mapping.types.items()}
        self._type_rules = [(_matcher(rule.where), rule.type) for rule in mapping.type_rules]
        self._reject_rules = [(_matcher(rule.where), rule.reason) for rule in mapping.reject_rules]

    def facts(self, row: Fields) -> Facts:
        """The facts of `row`. Raises BadRow."""
        columns = self._columns
        user_id = checked_id(self._text(row, columns.user), "user")
        item_id = checked_id(self._text(row, columns.item), "item")
        for matches, reason in self._reject_rules:
            if matches(row):
                raise BadRow(reason)
        kind = self._type(row)
        value = self._value(row)
        if kind == "rate" and value is None:
            raise BadRow("a rating without its value")
        return Facts(
            user_id,
            item_id,
            kind,
            self._at(row),
            value,
            self._optional(row, columns.platform) or self._mapping.platform,
            self._metadata(row),
            self._event_id(row) if columns.event_id else None,
        )

    def item(self, item_id: str, row: Fields) -> Item:
        """The item that `row` is about."""
        columns = self._columns
        tags = (self._optional(row, columns.tags) or "").split(self._mapping.tag_separator)
        return Item(
            item_id,
            kind=self._optional(row, columns.kind) or self._mapping.kind,
            title=self._optional(row, columns.title),
            tags={tag.strip(): 1.0 for tag in tags if tag.strip()},
            creator=self._optional(row, columns.creator),
        )

    def _text(self, row: Fields, column: str) -> str:
        field = row.get(column)
        text = field.strip() if type(field) is str else plain_text(field)
        return "" if text in self._missing else text

    def _optional(self, row: Fields, column: str | None) -> str | None:
        return None if column is None else self._text(row, column) or None

    def _type(self, row: Fields) -> str:
        for matches, name in self._type_rules:
            if matches(row):
                return name
        text = self._optional(row, self._columns.type)
        if text is None:
            return self._mapping.type
        if self._types:
            if (ours := self._types.get(text.lower())) is None:
                raise BadRow("the event type is not in the mapping")
            return ours
        return checked_type(text)

    def _value(self, row: Fields) -> float | None:
        factors = self._columns.value
        if not factors:
            return None
        texts = [self._text(row, column) for column in factors]
        if not all(texts):
            return None
        product = math.prod(number(text, "value") for text in texts)
        return number(round(product, 6), "value")

    def _at(self, row: Fields) -> datetime | None:
        column = self._columns.at
        if column is None:
            return None
        field = row.get(column)
        if isinstance(field, datetime):
            return self._time(field)
        text = self._text(row, column)
        if text != self._last_time[0]:
            self._last_time = (text, self._time(text))
        return self._last_time[1]

    def _metadata(self, row: Fields) -> str | None:
        columns = self._columns.metadata
        return json_text({name: text for name in columns if (text := self._text(row, name))}) if columns else None

    def _event_id(self, row: Fields) -> str:
        parts: Sequence[str] = [checked_id(self._text(row, column), "event") for column in self._columns.event_id]
        return parts[0] if len(parts) == 1 else checked_id(":".join((self._mapping.name, *parts)), "event")


def _matcher(where: Where) -> Callable[[Fields], bool]:
    patterns = [(column, _match(pattern)) for column, pattern in where.items()]

    def matches(row: Fields) -> bool:
        for column, match in patterns:  # noqa: SIM110  a generator here takes twice the time
            if not match(row.get(column)):
                return False
        return True

    return matches


def _match(pattern: str) -> Callable[[object], bool]:
    match = re.compile(pattern).match
    of_text = lru_cache(MATCHES_HELD)(lambda text: match(text.strip()) is not None)
    return lambda field: of_text(field if type(field) is str else plain_text(field))
