"""Which servers and which calls the client refuses before anything is sent."""

from __future__ import annotations

import pytest

from graph.client import checked, connect, refuse_old
from graph.errors import ConfigurationError, GraphError, GraphUnavailable, UnsupportedServer
from graph.settings import Neo4jSettings
from tests.ports import closed_port


@pytest.mark.parametrize("version", ["4.4.40", "5.26.1", "2025.11.0", "2026.01.3", "unknown", ""])
def test_an_old_server_is_refused(version: str) -> None:
    with pytest.raises(UnsupportedServer, match=rf"is version {version}; Edgewise needs 2026\.02 or later"):
        refuse_old(version)


@pytest.mark.parametrize("version", ["2026.02.0", "2026.09.0", "2026.10.1", "2026.09-aura", "2027.01.0"])
def test_a_newer_one_is_accepted(version: str) -> None:
    refuse_old(version)


def test_a_call_names_a_query_and_just_its_parameters() -> None:
    given: dict[str, object] = {"name": "schema/001", "checksum": "0"}
    assert checked("maintain/record_migration", given).name == "maintain/record_migration"


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("recommend/nothing", {}, "There is no query 'recommend/nothing'"),
        ("maintain/record_migration", {"name": "a"}, r"takes \['checksum', 'name'\], but was given \['name'\]"),
        ("maintain/applied_migrations", {"first": 1}, r"takes \[\], but was given \['first'\]"),
    ],
)
def test_another_call_is_refused(name: str, parameters: dict[str, object], message: str) -> None:
    with pytest.raises(GraphError, match=message):
        checked(name, parameters)


def test_without_an_address_the_way_out_is_told() -> None:
    with pytest.raises(ConfigurationError, match="EDGEWISE_NEO4J_URI, or start the embedded: edgewise neo4j start"):
        connect(Neo4jSettings(uri=None))


def test_nobody_at_the_address() -> None:
    address = f"bolt://127.0.0.1:{closed_port()}"
    with pytest.raises(GraphUnavailable, match=rf"(?s)No Neo4j answers at {address}: .*edgewise neo4j status"):
        connect(Neo4jSettings(uri=address, connect_timeout=1))
