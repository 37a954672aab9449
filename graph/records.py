"""The things that the graph holds, as plain immutable values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class User:
    """A user. `properties` are extra public attributes with scalar values."""

    id: str
    created_at: datetime | None = None
    properties: Mapping[str, str | int | float | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """An item. `tags` maps a tag's name to its weight in (0, 1]; `creator` is a name."""

    id: str
    kind: str = "item"
    title: str | None = None
    description: str | None = None
    created_at: datetime | None = None
    tags: Mapping[str, float] = field(default_factory=dict)
    creator: str | None = None
    properties: Mapping[str, str | int | float | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """One interaction. `event_id` is unique over the graph; `at` is aware and in UTC; `metadata` is JSON text."""

    event_id: str
    user_id: str
    item_id: str
    type: str
    at: datetime
    value: float | None = None
    platform: str | None = None
    metadata: str | None = None


class Scored(NamedTuple):
    """An item and its score: higher is better; comparable only within one list. A tuple, as lists of them are long."""

    item_id: str
    score: float


@dataclass(frozen=True, slots=True)
class PathNode:
    """A node of an explanation: `label` is User, Item or Tag; `id` its id (a tag's name); `title` for people."""

    label: str
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class PathEdge:
    """The step between nodes k and k+1 of a path.

    `type` is a relationship type of the graph, or NEAR between two items whose learned vectors are close.
    `forward` says whether it points from node k to k+1; `weight` is its stored weight or score.
    An edge of another user than the one who asks has weight 1, since how much they like something is theirs to know.
    """

    type: str
    weight: float
    forward: bool = True


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an item was recommended: the path that carried most of the score, and a sentence.

    `share` is this path's part of the score in [0, 1], None where the score is no sum over paths. In a blend `source`
    is the strategy that the path is of, and `source_share` its part of the blend's score.
    """

    strategy: str
    sentence: str
    nodes: tuple[PathNode, ...]
    edges: tuple[PathEdge, ...]
    share: float | None = None
    source: str | None = None
    source_share: float | None = None
