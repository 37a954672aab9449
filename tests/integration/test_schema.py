"""Migrations on a real server: applied once, recorded, checked, and safe after a crash between the two."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from neo4j import Driver, GraphDatabase
from neo4j.exceptions import ConstraintError

from graph.client import Graph
from graph.errors import GraphError, MigrationError
from graph.impressions import Shown, ShownItem, shown_by
from graph.queries import load_queries
from graph.schema import checksum, erase, migrate, migrations
from graph.settings import Neo4jSettings
from tests.worlds.api import shelf
from tests.worlds.world import write_world

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
SHOW = """MATCH (user:User {id: $user}), (item:Item {id: 'film-' + $position})
CREATE (user)-[shown:WAS_SHOWN {requestId: $request, position: $position, at: $at, asked: 'hybrid', layer: 'als',
  strategy: 'als', score: 1.0, run: 'als-1', propensity: 0.25, session: 'visit'}]->(item)
RETURN shown.at"""
"""One impression in the form that had a relationship per item."""


@pytest.fixture(scope="module")
def driver(neo4j_settings: Neo4jSettings) -> Iterator[Driver]:
    """For what no query of ours does: breaking things."""
    assert neo4j_settings.uri is not None
    assert neo4j_settings.password is not None
    login = (neo4j_settings.user, neo4j_settings.password.get_secret_value())
    with GraphDatabase.driver(neo4j_settings.uri, auth=login) as driver:
        yield driver


@pytest.fixture
def records(graph: Graph, driver: Driver) -> Iterator[None]:
    """Lets a test spoil the records of migrations: afterwards they are made anew."""
    yield
    value(driver, "MATCH (m:Migration) DETACH DELETE m RETURN count(*)")
    migrate(graph)


def value(driver: Driver, cypher: str, **parameters: object) -> object:
    """The single value that a statement returns."""
    return driver.execute_query(cypher, parameters, database_="neo4j").records[0].value()


def test_a_second_migration_has_nothing_to_do(graph: Graph) -> None:
    assert migrate(graph) == []


def test_every_migration_is_recorded_with_its_checksum(graph: Graph) -> None:
    recorded = {row["name"]: row["checksum"] for row in graph.read("maintain/applied_migrations")}
    assert recorded == {query.name: checksum(query) for query in migrations()}
    assert len(recorded) == len([name for name in load_queries() if name.startswith("schema/")])


def test_one_that_was_applied_but_not_recorded_is_applied_again(graph: Graph, driver: Driver, records: None) -> None:
    value(driver, "MATCH (m:Migration {name: 'schema/005_event_id'}) DETACH DELETE m RETURN count(*)")
    assert migrate(graph) == ["schema/005_event_id"]


def test_each_constraint_and_index_is_there_and_online(graph: Graph, driver: Driver) -> None:
    states = driver.execute_query("SHOW INDEXES YIELD name, state RETURN name, state", database_="neo4j").records
    online = {record["name"] for record in states if record["state"] == "ONLINE"}
    made = {query.name.split("_", 1)[1] for query in migrations() if query.text.split()[2] == "CREATE"}
    assert len(made) > 20
    assert made - {"shown_request"} <= online
    assert "shown_request" not in online


def test_a_changed_migration_is_refused(graph: Graph, driver: Driver, records: None) -> None:
    value(driver, "MATCH (m:Migration {name: 'schema/002_item_id'}) SET m.checksum = 'other' RETURN m.name")
    with pytest.raises(MigrationError, match=r"changed after they were applied: \['schema/002_item_id'\]"):
        migrate(graph)


def test_a_migration_of_a_newer_edgewise_is_refused(graph: Graph, records: None) -> None:
    graph.write("maintain/record_migration", name="schema/999_from_the_future", checksum="0")
    with pytest.raises(MigrationError, match=r"lacks: \['schema/999_from_the_future'\]. Use a newer Edgewise"):
        migrate(graph)


@pytest.mark.parametrize(
    ("label", "key"),
    [("User", "id"), ("Item", "id"), ("Tag", "name"), ("Creator", "name"), ("Model", "name"), ("ModelRun", "id")],
)
def test_no_two_nodes_share_a_key(graph: Graph, driver: Driver, label: str, key: str) -> None:
    create = f"CREATE (n:{label} {{{key}: 'one'}}) RETURN n.{key}"
    assert value(driver, create) == "one"
    with pytest.raises(ConstraintError):
        value(driver, create)


def test_no_two_events_share_an_id(graph: Graph, driver: Driver) -> None:
    create = "MERGE (u:User {id: 'ann'}) MERGE (i:Item {id: $item}) CREATE (u)-[e:INTERACTED {eventId: 'e1'}]->(i)"
    assert value(driver, f"{create} RETURN e.eventId", item="heat") == "e1"
    with pytest.raises(ConstraintError):
        value(driver, f"{create} RETURN e.eventId", item="alien")
    assert value(driver, "MATCH ()-[e:INTERACTED]->() RETURN count(e)") == 1


def test_what_the_server_refuses_is_an_error_of_ours(graph: Graph) -> None:
    with pytest.raises(GraphError, match=r"Neo4j refused: .*batchSize|Neo4j refused: .*positive"):
        erase(graph, batch_size=-1)


def test_erasing_leaves_the_schema_and_nothing_else(graph: Graph, driver: Driver) -> None:
    value(driver, "UNWIND range(1, 25) AS k CREATE (:User {id: toString(k)})-[:PREFERS]->(:Item) RETURN count(*)")
    before = value(driver, "SHOW INDEXES YIELD name RETURN count(name)")
    erase(graph, batch_size=10)
    assert value(driver, "MATCH (n:!Migration) RETURN count(n)") == 0
    assert value(driver, "SHOW INDEXES YIELD name RETURN count(name)") == before
    assert migrate(graph) == []


def test_what_was_recorded_item_by_item_becomes_answers(graph: Graph, driver: Driver) -> None:
    write_world(graph, shelf())
    for request, user in (("r1", "user-1"), ("r2", "user-1"), ("r3", "user-2")):
        for position in (2, 1):
            value(driver, SHOW, user=user, position=position, request=request, at=AT)
    for _ in range(2):
        graph.run_alone("schema/061_answers_of_showings")
        answers = [shown_by(graph, name) for name in ("r1", "r2", "r3")]
        assert answers == [answer("r1", "user-1"), answer("r2", "user-1"), answer("r3", "user-2")]


def answer(request: str, user: str) -> Shown:
    items = tuple(ShownItem(f"film-{k}", k, "als", 1.0) for k in (1, 2))
    return Shown(request, user, "visit", AT, "hybrid", "als", items, "als-1", (), 0.25)
