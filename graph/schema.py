"""Migrations: the statements of cypher/schema in order, each applied once and recorded in the graph."""

from __future__ import annotations

import hashlib

from graph.client import Graph
from graph.errors import MigrationError
from graph.queries import Query, load_queries

AWAIT_SECONDS = 300


def migrations() -> list[Query]:
    """The queries of cypher/schema, in the order of their numbers."""
    return [query for name, query in sorted(load_queries().items()) if name.startswith("schema/")]


def checksum(query: Query) -> str:
    """SHA-256 of the statement, so that a file changed after it was applied is noticed."""
    return hashlib.sha256(query.text.encode()).hexdigest()


def migrate(graph: Graph) -> list[str]:
    """Apply what this graph has not had and return those names; a second call returns none.

    Every statement is idempotent, so one that was applied but not recorded (a crash between) is applied again.
    Raises MigrationError if a recorded migration was changed, or comes from a newer Edgewise.
    """
    graph.run_alone("maintain/migration_constraint")
    applied = {row["name"]: row["checksum"] for row in graph.read("maintain/applied_migrations")}
    wanted = {query.name: query for query in migrations()}
    _refuse_changed(applied, wanted)
    pending = [query for name, query in wanted.items() if name not in applied]
    for query in pending:
        graph.run_alone(query.name)
        graph.write("maintain/record_migration", name=query.name, checksum=checksum(query))
    if pending:
        await_indexes(graph)
    return [query.name for query in pending]


def await_indexes(graph: Graph, seconds: int = AWAIT_SECONDS) -> None:
    """Wait until every index is filled; raises GraphError if it takes longer than `seconds`."""
    graph.run_alone("maintain/await_indexes", seconds=seconds)


def _refuse_changed(applied: dict[str, str], wanted: dict[str, Query]) -> None:
    if unknown := sorted(set(applied) - set(wanted)):
        raise MigrationError(f"This graph has migrations that this Edgewise lacks: {unknown}. Use a newer Edgewise.")
    if changed := sorted(name for name, recorded in applied.items() if checksum(wanted[name]) != recorded):
        raise MigrationError(f"Migrations changed after they were applied: {changed}. Restore them and add a new one.")


def erase(graph: Graph, batch_size: int = 10_000) -> None:
    """Delete every node and relationship; constraints, indexes and the records of their migrations stay."""
    # First the relationships: ten thousand nodes with all of theirs do not fit into one transaction's memory.
    graph.run_alone("maintain/erase_relationships", batchSize=batch_size)
    graph.run_alone("maintain/erase_batch", batchSize=batch_size)
