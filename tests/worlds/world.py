"""Small worlds whose preferences and similarities a test chooses itself, past ingest and the batch jobs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from graph.client import Graph
from graph.schema import erase

WRITE = Path(__file__).with_name("write_world.cypher")


@dataclass(frozen=True)
class World:
    """`tags` maps (item, tag), `prefers` (user, item) and `similar` (item, item, by) to a weight or score.

    `events` are (user, item, event id, type, epoch milliseconds); titles default to the id, kinds to movie.
    """

    users: tuple[str, ...]
    items: tuple[str, ...]
    tags: dict[tuple[str, str], float] = field(default_factory=dict)
    prefers: dict[tuple[str, str], float] = field(default_factory=dict)
    similar: dict[tuple[str, str, str], float] = field(default_factory=dict)
    events: tuple[tuple[str, str, str, str, int], ...] = ()
    creators: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    trends: dict[str, float] = field(default_factory=dict)

    def popularity(self, item: str) -> float:
        """The sum of the positive preferences for an item, as good as any for a test."""
        return sum(weight for (_, other), weight in self.prefers.items() if other == item and weight > 0)

    def parameters(self) -> dict[str, object]:
        """The world in the form that the query takes."""
        return {
            "users": list(self.users),
            "items": [
                [
                    item,
                    self.titles.get(item, item),
                    self.kinds.get(item, "movie"),
                    self.popularity(item),
                    self.trends.get(item),
                ]
                for item in self.items
            ],
            "tags": [[*pair, weight] for pair, weight in self.tags.items()],
            "prefers": [[*pair, weight] for pair, weight in self.prefers.items()],
            "similar": [[*triple, score] for triple, score in self.similar.items()],
            "events": [list(event) for event in self.events],
            "creators": [list(pair) for pair in self.creators.items()],
        }


def write_world(graph: Graph, world: World) -> None:
    """Put `world` in the place of whatever the graph held; the schema stays."""
    erase(graph)
    graph._driver.execute_query(WRITE.read_text(encoding="utf-8"), world.parameters())
