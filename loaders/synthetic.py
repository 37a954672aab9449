"""A synthetic world with a known structure, as a source: for demos, tests and loads of any size.

- structure: every user and every item has a main taste (`SyntheticWorld.world` says which); users mostly choose items
  of their taste, of every kind. See `loaders.synthetic_events` for how events come about.
- preference: all event types occur; each counts as PreferenceSettings say. Skips, dislikes, returns and low ratings
  come out negative: never a positive edge in training, never recommended again.
- time: every event has one, from `start` on over `days`; nothing depends on the clock.
- event id: `synthetic:<plan>:<number>`, where `<plan>` is a hash of all that the plan says: another plan is another
  world with other events. Its users and items (`user-1`, `movie-1`) are the same nodes, so keep worlds in graphs apart.
- dropped: nothing; there are no personal columns.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
from pydantic import ValidationError

from graph.errors import SourceError
from graph.records import Event, Item, User
from loaders.synthetic_events import PLATFORMS, TYPES, Chunk, EventStream, joining
from loaders.synthetic_world import World, WorldPlan, make_world, words

SPREAD = 7919
"""A prime by which neighbours in a group get titles that are far apart."""
OLDEST_DAYS = 1000
MAIN_WEIGHT, OWN_WEIGHT, SECOND_WEIGHT = 1.0, 0.7, 0.4
"""Weights of an item's tags: its main taste, that taste's own tags, its second taste."""


class SyntheticWorld:
    """A Source of a drawn world; `world` is the truth behind it."""

    name = "synthetic"

    def __init__(self, plan: WorldPlan) -> None:
        self.plan = plan
        self.world: World = make_world(plan)
        self._stream = EventStream(self.world, plan)
        self._key = hashlib.blake2b(plan.model_dump_json().encode(), digest_size=4).hexdigest()

    def users(self) -> Iterator[User]:
        """Every user, in the order in which they join."""
        for number, joined in enumerate(joining(self.plan).tolist(), 1):
            yield User(f"user-{number}", created_at=_moment(joined))

    def items(self) -> Iterator[Item]:
        """Every item with a title, its tastes as tags and its creator."""
        world = self.world
        oldest = self.plan.start - timedelta(days=OLDEST_DAYS)
        for index, number in enumerate(world.number_of_items.tolist()):
            kind = world.kinds[world.kind_of_items[index]]
            taste, second = (
                world.tastes[codes[index]] for codes in (world.taste_of_items, world.second_taste_of_items)
            )
            creator = creator_name(int(world.creator_of_items[index]))
            yield Item(
                f"{kind}-{number}",
                kind=kind,
                title=title(int(world.taste_of_items[index]), index),
                description=f"A {kind} of {taste} with some {second}, by {creator}.",
                created_at=oldest + timedelta(days=number * SPREAD % OLDEST_DAYS),
                tags=self._tags(index, taste, second),
                creator=creator,
            )

    def events(self) -> Iterator[Event]:
        """Every event, in order of time but for sessions that run over the end of a chunk."""
        for table in self.event_tables():
            for user, item, event_id, kind, value, at, platform, metadata in table.iter_rows():
                yield Event(event_id, user, item, kind, at.replace(tzinfo=UTC), value, platform, metadata)

    def event_tables(self) -> Iterator[pl.DataFrame]:
        """The same events as tables; see loaders.event_tables."""
        world = self.world
        kinds = pl.Series([world.kinds[code] for code in world.kind_of_items.tolist()], dtype=pl.String)
        numbers = pl.Series(world.number_of_items).cast(pl.String)
        item_ids = kinds + "-" + numbers
        for number, chunk in enumerate(self._stream.chunks()):
            yield self._table(number, chunk, item_ids)

    def notes(self) -> list[str]:
        """What the world is like."""
        return [f"Tastes: {', '.join(self.world.tastes)}."]

    def _table(self, number: int, chunk: Chunk, item_ids: pl.Series) -> pl.DataFrame:
        values = pl.Series(chunk.values)
        return pl.DataFrame(
            {
                "userId": "user-" + pl.Series(chunk.users + 1).cast(pl.String),
                "itemId": item_ids.gather(chunk.items),
                "eventId": f"synthetic:{self._key}:"
                + pl.Series(np.arange(chunk.first, chunk.first + len(values))).cast(pl.String),
                "type": pl.Series(TYPES).gather(chunk.types),
                "value": values.fill_nan(None),
                "at": pl.Series(chunk.at).cast(pl.Datetime("ms", "UTC")),
                "platform": pl.Series(PLATFORMS).gather(chunk.platforms),
                "metadata": f'{{"session": "{number}-' + pl.Series(chunk.sessions).cast(pl.String) + '"}',
            }
        )

    def _tags(self, index: int, taste: str, second: str) -> dict[str, float]:
        own = words()["tastes"][self.world.taste_of_items[index]]["tags"]
        tags = {own[code]: OWN_WEIGHT for code in self.world.tags_of_items[index].tolist()}
        return {taste: MAIN_WEIGHT, **tags, second: SECOND_WEIGHT}


def title(taste: int, index: int) -> str:
    """A readable title; after all words of a taste were used, with a number."""
    nouns, adjectives, patterns = words()["tastes"][taste]["nouns"], words()["adjectives"], words()["patterns"]
    total = len(nouns) * len(adjectives) * len(patterns)
    again, place = divmod(index, total)
    place = place * SPREAD % total
    place, noun = divmod(place, len(nouns))
    pattern, adjective = divmod(place, len(adjectives))
    text: str = patterns[pattern].format(adjective=adjectives[adjective], noun=nouns[noun])
    return text if again == 0 else f"{text} {again + 1}"


def creator_name(number: int) -> str:
    """A name; after all pairs of names were used, with a number."""
    firsts, lasts = words()["first_names"], words()["last_names"]
    again, place = divmod(number, len(firsts) * len(lasts))
    first, last = place % len(firsts), (place * SPREAD) % len(lasts)
    last = (last + place // len(firsts)) % len(lasts)
    name = f"{firsts[first]} {lasts[last]}"
    return name if again == 0 else f"{name} {again + 1}"


def make_plan(**values: object) -> WorldPlan:
    """A plan of these values. Raises SourceError that says which is wrong."""
    try:
        return WorldPlan.model_validate(values)
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, p['loc']))}: {p['msg']}" for p in error.errors(include_url=False)]
        raise SourceError("No such world: " + "; ".join(problems)) from None


def _moment(millis: int) -> datetime:
    return datetime.fromtimestamp(millis / 1000, UTC)
