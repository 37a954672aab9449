"""The official import tool on a data folder of its own: what comes in, what is refused, and what survives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from neo4j import GraphDatabase

from graph.bulk_import import BulkImport, bulk_import, finish_import
from graph.catalog import items_by_id, users_by_id
from graph.client import Graph, connect
from graph.embedded import EmbeddedNeo4j
from graph.errors import EmbeddedError
from graph.records import Item
from graph.schema import migrate
from graph.settings import EmbeddedSettings, PopularitySettings, PreferenceSettings
from graph.training_data import positive_preferences

RULES = PreferenceSettings(), PopularitySettings()
FILES = {
    "users.csv": "id:ID(User),createdAt:datetime\nann,2024-01-01T00:00:00Z\nbob,\n",
    "items-1.csv": 'id:ID(Item),kind,title,year:long\nheat,movie,"Heat, the\nfilm",1995\n',
    "items-2.csv": "id:ID(Item),title,kind\nalien,Alien,movie\n",
    "tags.csv": "name:ID(Tag)\ncrime\n",
    "creators.csv": "name:ID(Creator)\nMann\n",
    "has_tag.csv": ":START_ID(Item),:END_ID(Tag),weight:double\nheat,crime,0.5\n",
    "by.csv": ":START_ID(Item),:END_ID(Creator)\nheat,Mann\n",
    "interacted.csv": ":START_ID(User),:END_ID(Item),eventId,type,value:double,at:datetime\n"
    "ann,heat,e1,like,,2024-02-01T00:00:00Z\nann,heat,e2,rate,5,2024-02-02T00:00:00Z\n"
    "bob,alien,e3,dislike,,2024-02-03T00:00:00Z\n",
}


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write the files into a new folder."""
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(content)
    return folder


@dataclass(frozen=True)
class Imported:
    """A data folder into which FILES were imported, and its graph."""

    server: EmbeddedNeo4j
    report: BulkImport
    graph: Graph
    folder: Path


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    folder = tmp_path_factory.mktemp("import")
    server = EmbeddedNeo4j(EmbeddedSettings(home=folder / "a home, of its own", heap_mb=512, page_cache_mb=64))
    with server.stopped():
        (server.home / "prepared").unlink()  # as if it had been killed just before it made this
    report = bulk_import(server, write(folder / "good files", FILES))
    graph = connect(server.start())
    finish_import(graph, report, *RULES)
    yield Imported(server, report, graph, folder)
    graph.close()
    server.stop()


def test_everything_is_there(imported: Imported) -> None:
    assert (imported.report.nodes, imported.report.relationships) == (6, 5)
    assert items_by_id(imported.graph, ["heat"])["heat"] == Item(
        "heat", "movie", "Heat, the\nfilm", tags={"crime": 0.5}, creator="Mann", properties={"year": 1995}
    )
    assert users_by_id(imported.graph, ["ann"])["ann"].created_at == datetime(2024, 1, 1, tzinfo=UTC)


def test_the_schema_and_what_follows_from_events_are_up_to_date(imported: Imported) -> None:
    assert migrate(imported.graph) == []
    preferences = positive_preferences(imported.graph)
    assert (preferences.user_ids, preferences.item_ids) == (["ann"], ["heat"])
    assert preferences.weights.tolist() == [5.0]


def test_a_running_server_is_left_alone(imported: Imported) -> None:
    with pytest.raises(EmbeddedError, match="is running; stop it first: edgewise neo4j stop"):
        bulk_import(imported.server, imported.folder / "good files", replace=True)


def test_an_event_id_that_occurs_twice_is_told(imported: Imported) -> None:
    connection = imported.server.start()
    password = connection.password.get_secret_value() if connection.password else ""
    with GraphDatabase.driver(str(connection.uri), auth=(connection.user, password)) as driver:
        driver.execute_query("DROP CONSTRAINT event_id")
        driver.execute_query("MATCH (m:Migration {name: 'schema/005_event_id'}) DELETE m")
        driver.execute_query("MATCH ()-[event:INTERACTED]->() SET event.eventId = 'one for all'")
    with pytest.raises(EmbeddedError, match=r"(?s)break a rule of the schema; .*--replace.*eventId"):
        finish_import(imported.graph, imported.report, *RULES)


def test_what_is_there_survives_a_refused_import(imported: Imported) -> None:
    imported.server.stop()
    before = sizes(imported.server.home / "data")
    bad = write(imported.folder / "bad", {**FILES, "by.csv": ":START_ID(Item),:END_ID(Creator)\nheat,Nobody\n"})
    with pytest.raises(EmbeddedError, match=r"has a database already.*--replace"):
        bulk_import(imported.server, bad)
    with pytest.raises(EmbeddedError, match=r"(?s)nothing was changed: .*by\.csv: line 1.*missing node Nobody"):
        bulk_import(imported.server, bad, replace=True)
    assert sizes(imported.server.home / "data") == before
    assert not (imported.server.home / "importing").exists()


def sizes(folder: Path) -> dict[Path, int]:
    """Every file below a folder with its size."""
    return {path: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
