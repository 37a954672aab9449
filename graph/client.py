"""The one way to Neo4j: named queries in managed transactions, with errors in our own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from neo4j import READ_ACCESS, WRITE_ACCESS, Driver, GraphDatabase, ManagedTransaction, Result, Session
from neo4j import Query as Statement
from neo4j.exceptions import AuthError, ConstraintError, DriverError, Neo4jError, ServiceUnavailable, SessionExpired
from neo4j.exceptions import ConfigurationError as DriverConfigurationError

from graph.budget import remaining
from graph.errors import ConfigurationError, Conflict, GraphError, GraphTimeout, GraphUnavailable, UnsupportedServer
from graph.queries import Query, load_queries
from graph.settings import Neo4jSettings

OLDEST_SERVER = (2026, 2)
FIRST_RETRY = 0.05
"""Seconds until the loser of a deadlock tries again, twice as long with each further try."""
TIMED_OUT = frozenset(
    {
        "Neo.ClientError.Transaction.TransactionTimedOut",
        "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration",
    }
)
Row = dict[str, Any]
Observer = Callable[[str], None]
T = TypeVar("T")


def _unobserved(_name: str) -> None:
    """Count and trace nothing."""


class Transaction(Protocol):
    """Runs named queries that succeed or fail together."""

    def run(self, name: str, /, **parameters: object) -> list[Row]:
        """Run the query `name` and return all its rows."""


class _Managed:
    def __init__(self, transaction: ManagedTransaction, observe: Observer) -> None:
        self._transaction = transaction
        self._observe = observe

    def run(self, name: str, /, **parameters: object) -> list[Row]:
        query = checked(name, parameters)
        self._observe(name)
        return rows_of(query, self._transaction.run(query.text, parameters))


class Graph:
    """A Neo4j database. Thread-safe; the driver is passed in and closed with `close`.

    `observe` is called with a query's name before each round trip that runs it (for counting and tracing);
    `address` is what errors call the server.
    """

    def __init__(
        self,
        driver: Driver,
        database: str = "neo4j",
        observe: Observer = _unobserved,
        address: str = "the server",
    ) -> None:
        self._driver = driver
        self._database = database
        self._address = address
        self.observe = observe

    def read(self, name: str, /, **parameters: object) -> list[Row]:
        """Run one query that writes nothing, retried on transient failures.

        It is its own transaction, which spares a second round trip to commit. Under a budget (see graph.budget) the
        server ends it in time, and nothing is retried. Raises GraphTimeout where no time is left.
        """
        query, left = checked(name, parameters), remaining()
        if left is not None and left <= 0:
            raise GraphTimeout(f"No time was left for {name}.")
        with self._session(READ_ACCESS) as session:
            self.observe(name)
            try:
                return rows_of(query, session.run(Statement(query.text, timeout=left), parameters))
            except (DriverError, Neo4jError) as error:
                if left is not None or not error.is_retryable():
                    raise
            return session.execute_read(lambda tx: _Managed(tx, self.observe).run(name, **parameters))

    def write(self, name: str, /, **parameters: object) -> list[Row]:
        """Run one query in a write transaction, retried on transient failures."""
        return self.in_transaction(lambda tx: tx.run(name, **parameters))

    def in_transaction(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one write transaction: all of it is kept or nothing. It may be called again on a retry."""
        with self._session() as session:
            return session.execute_write(lambda tx: work(_Managed(tx, self.observe)))

    def run_alone(self, name: str, /, **parameters: object) -> list[Row]:
        """Run a query that manages its own transactions: schema, or CALL … IN TRANSACTIONS. Never retried."""
        query = checked(name, parameters)
        with self._session() as session:
            self.observe(name)
            return rows_of(query, session.run(query.text, parameters))

    def server_version(self) -> str:
        """Version of the server, such as `2026.09.0`."""
        with translated_errors(self._address):
            return self._driver.get_server_info().agent.removeprefix("Neo4j/")

    def close(self) -> None:
        """Close the driver and its connections."""
        self._driver.close()

    @contextmanager
    def _session(self, access: str = WRITE_ACCESS) -> Iterator[Session]:
        with (
            translated_errors(self._address),
            self._driver.session(database=self._database, default_access_mode=access) as session,
        ):
            yield session


def connect(settings: Neo4jSettings, observe: Observer = _unobserved) -> Graph:
    """Connect to `settings.uri` and check login and version.

    Raises ConfigurationError without an address, GraphUnavailable, UnsupportedServer.
    """
    if settings.uri is None:
        raise ConfigurationError(
            "No Neo4j address: set EDGEWISE_NEO4J_URI, or start the embedded: edgewise neo4j start."
        )
    password = settings.password.get_secret_value() if settings.password else ""
    with translated_errors(settings.uri):
        driver = GraphDatabase.driver(
            settings.uri,
            auth=(settings.user, password) if password else None,
            max_connection_pool_size=settings.pool_size,
            connection_timeout=settings.connect_timeout,
            connection_acquisition_timeout=settings.connect_timeout,
            max_transaction_retry_time=settings.retry_time,
            initial_retry_delay=FIRST_RETRY,
            notifications_min_severity="OFF",
            user_agent="edgewise",
        )
    graph = Graph(driver, settings.database, observe, settings.uri)
    try:
        refuse_old(graph.server_version())
    except BaseException:
        graph.close()
        raise
    return graph


def refuse_old(version: str) -> None:
    """Raise UnsupportedServer for a version before 2026.02, such as `5.26.1` or `2025.11.0`."""
    match = re.match(r"(\d+)\.(\d+)", version)
    if match is None or (int(match[1]), int(match[2])) < OLDEST_SERVER:
        raise UnsupportedServer(
            f"This Neo4j is version {version}; Edgewise needs 2026.02 or later (filtered vector search, Cypher 25). "
            "Upgrade it, or unset EDGEWISE_NEO4J_URI to use the embedded server."
        )


def checked(name: str, parameters: dict[str, object]) -> Query:
    """The query `name`, if `parameters` are just those it declares; raises GraphError otherwise."""
    query = load_queries().get(name)
    if query is None:
        raise GraphError(f"There is no query {name!r} below cypher/.")
    if set(parameters) != set(query.parameters):
        raise GraphError(f"{name} takes {sorted(query.parameters)}, but was given {sorted(parameters)}.")
    return query


def rows_of(query: Query, result: Result) -> list[Row]:
    """All rows as dictionaries, if the columns are those that the header declares; raises GraphError otherwise."""
    if tuple(result.keys()) != query.columns:
        raise GraphError(f"{query.name} returned columns {result.keys()}, its header declares {query.columns}.")
    return [dict(zip(query.columns, record.values(), strict=True)) for record in result]


@contextmanager
def translated_errors(address: str) -> Iterator[None]:
    """Turn the driver's errors into ours; the original stays attached as the cause."""
    try:
        yield
    except AuthError as error:
        raise GraphUnavailable(f"{address} refuses the login; check EDGEWISE_NEO4J_USER and _PASSWORD.") from error
    except (ServiceUnavailable, SessionExpired) as error:
        raise GraphUnavailable(
            f"No Neo4j answers at {address}: {error}. Is it running? edgewise neo4j status"
        ) from error
    except DriverConfigurationError as error:
        raise ConfigurationError(f"The Neo4j driver refuses the settings: {error}") from error
    except ConstraintError as error:
        raise Conflict(f"Another writer was first: {error}") from error
    except Neo4jError as error:
        if error.code in TIMED_OUT:
            raise GraphTimeout(f"Neo4j ended a query whose time was up: {error}") from error
        raise GraphError(f"Neo4j refused: {error}") from error
    except DriverError as error:
        raise GraphError(f"Neo4j refused: {error}") from error
