"""`edgewise load … --bulk`: the same graph as over Bolt, and none where there is one already."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from edgewise.bulk_load import load_in_bulk
from graph.client import Graph, connect
from graph.embedded import EmbeddedNeo4j
from graph.errors import ConfigurationError, SourceError
from graph.records import Event, Item, User
from graph.settings import EmbeddedSettings, Neo4jSettings, PopularitySettings, PreferenceSettings
from loaders.load import load
from loaders.rejects import RejectsFile
from loaders.report import LoadOptions, unwatched
from loaders.source import Rejected
from tests.worlds.listed_source import ListedSource, crossing_source

READ = Path(__file__).parents[1] / "worlds" / "whole_graph.cypher"
AT = datetime(2024, 5, 1, 12, 30, 15, 123000, tzinfo=UTC)
ODD = "späť, \"q\"\n'x'"
BAD = Rejected("file.csv", 3, "no id", ",,")


def odd_source() -> ListedSource:
    """Repeated and rejected rows, texts that files find hard, properties of different types, and ratings."""
    crossing = crossing_source(200)
    users: list[User | Rejected] = [User("u0", AT, {"age": 3}), User("u1", None, {"age": "three"}), User(ODD, AT), BAD]
    items = [
        Item("i0", "movie", "first"),
        Item("i0", "book", 'A "title",\nin two lines\r\n', "text", AT, {"a,b": 0.5, "c": 1.0}, "C, D", {"free": True}),
        Item("\\", "movie", None, None, None, {"a,b": 0.25}, None, {"price": 1.5, "pages": 7}),
    ]
    rated = [Event(f"r{k}", "u1", "i0", "rate", AT, k / 2, "web", '{"a": "b"}') for k in range(10)]
    others = [Event("x", ODD, "\\", "share", AT), Event("e0", "u0", "i0", "like", AT)]
    return ListedSource(
        "odd",
        [*crossing.user_rows, *users],
        [*crossing.item_rows, *items],
        [*crossing.event_rows, *rated, BAD, *others],
    )


def whole(graph: Graph) -> dict[tuple[str, ...], dict[str, Any]]:
    """Every node and relationship with its properties, but for when, or as which change, it was written."""
    records, _, _ = graph._driver.execute_query(READ.read_text(encoding="utf-8"))
    found = {tuple(key): {**properties} for key, properties in (record.values() for record in records)}
    assert len(found) == len(records)
    for properties in found.values():
        properties.pop("since", None)
        properties.pop("changed", None)
    return found


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EmbeddedNeo4j:
    monkeypatch.setenv("EDGEWISE_EMBEDDED_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("EDGEWISE_EMBEDDED_HEAP_MB", "512")
    monkeypatch.delenv("EDGEWISE_NEO4J_URI", raising=False)
    return EmbeddedNeo4j(EmbeddedSettings())


def test_the_graph_is_the_same_as_over_bolt(graph: Graph, home: EmbeddedNeo4j, tmp_path: Path) -> None:
    rules = {"preferences": PreferenceSettings(), "popularity": PopularitySettings()}
    with RejectsFile(tmp_path / "bolt.csv") as rejects:
        over_bolt = load(graph, odd_source(), LoadOptions(), rejects=rejects, **rules)  # type: ignore[arg-type] # each of its own type
    home.start()  # an empty graph that runs is filled, too
    try:
        with RejectsFile(tmp_path / "bulk.csv") as rejects:
            in_bulk = load_in_bulk(odd_source(), rejects, unwatched)
            assert rejects.count == 2
        assert replace(in_bulk, seconds=over_bolt.seconds) == over_bolt
        filled = connect(home.start())
        found = whole(filled)
        assert rounded(found) == rounded(whole(graph))
        with (
            RejectsFile(tmp_path / "again.csv") as rejects,
            pytest.raises(ConfigurationError, match=r"needs an empty .*\d+ nodes"),
        ):
            load_in_bulk(odd_source(), rejects, unwatched)
        assert whole(filled) == found
        filled.close()
    finally:
        home.stop()


def rounded(nodes: dict[tuple[str, ...], dict[str, Any]]) -> dict[tuple[str, ...], dict[str, Any]]:
    """The same without what the order of a sum changes."""
    return {
        key: {name: float(f"{value:.12g}") if isinstance(value, float) else value for name, value in properties.items()}
        for key, properties in nodes.items()
    }


@pytest.mark.parametrize(
    "source",
    [
        ListedSource("property", [User("u", None, {"a:b": 1})], [], []),
        ListedSource("user", [User("")], [], []),
        ListedSource("item", [], [Item("")], []),
        ListedSource("tag", [], [Item("i", tags={"": 1.0})], []),
    ],
    ids=lambda source: source.name,
)
def test_what_the_tool_cannot_name_is_refused_before_anything_is_written(
    source: ListedSource, home: EmbeddedNeo4j, tmp_path: Path
) -> None:
    with RejectsFile(tmp_path / "rejects.csv") as rejects, pytest.raises(SourceError, match="the import tool cannot"):
        load_in_bulk(source, rejects, unwatched)
    assert not list(home.home.glob("bulk-*"))


def test_another_server_is_not_filled(
    home: EmbeddedNeo4j, neo4j_settings: Neo4jSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDGEWISE_NEO4J_URI", str(neo4j_settings.uri))
    with (
        RejectsFile(tmp_path / "rejects.csv") as rejects,
        pytest.raises(ConfigurationError, match="--bulk fills the embedded"),
    ):
        load_in_bulk(crossing_source(1), rejects, unwatched)
