"""Remembers queries that were parsed and found valid: clients send the same few texts with other variables."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode, OperationType
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document

from api.cacheable import Cacheable, cacheable
from api.limits import complaints, variables_of_lengths
from api.settings import ApiSettings

MOST_QUERIES = 500
LONGEST_QUERY = 20_000
"""Characters of a text that is remembered."""
MOST_LENGTHS = 100
"""Combinations of `first` that are remembered of one text."""


@dataclass(slots=True)
class KnownQuery:
    """A valid document, the variables that its costs depend on, and values of these that are within the limits.

    `cacheable`: how its answers may be kept, None for not at all.
    """

    document: DocumentNode
    lengths: tuple[str, ...]
    allowed: set[tuple[object, ...]] = field(default_factory=set)
    cacheable: Cacheable | None = None
    only_reads: bool = field(init=False)
    """Whether it has one operation, and this is a query."""

    def __post_init__(self) -> None:
        operations = [one for one in self.document.definitions if isinstance(one, OperationDefinitionNode)]
        self.only_reads = len(operations) == 1 and operations[0].operation is OperationType.QUERY

    def allows(self, variables: Mapping[str, Any]) -> bool:
        """Whether it was seen that, with these, it asks for no more than is allowed."""
        return self.lengths_of(variables) in self.allowed

    def lengths_of(self, variables: Mapping[str, Any]) -> tuple[int | None, ...]:
        """What its costs depend on; `complaints` takes all but numbers alike."""
        given = [variables.get(name) for name in self.lengths]
        return tuple([length if isinstance(length, int) else None for length in given])


class KnownQueries:
    """The most recently used queries, by text. Safe between threads."""

    def __init__(self, most: int = MOST_QUERIES) -> None:
        self._most = most
        self._held: OrderedDict[str, KnownQuery] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, text: str) -> KnownQuery | None:
        """The query of this text, if it was remembered."""
        with self._lock:
            found = self._held.get(text)
            if found is not None:
                self._held.move_to_end(text)
            return found

    def add(self, text: str, query: KnownQuery) -> None:
        """Remember a query, unless it is long."""
        if len(text) > LONGEST_QUERY:
            return
        with self._lock:
            self._held[text] = query
            while len(self._held) > self._most:
                self._held.popitem(last=False)


class CheckedQueries(SchemaExtension):
    """Parses and validates what is new, and refuses, before anything runs, what asks for more than allowed."""

    def __init__(self, known: KnownQueries, settings: ApiSettings) -> None:
        self._known = known
        self._settings = settings
        self._query: KnownQuery | None = None

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        self._query = self._known.get(context.query or "")
        if self._query is not None:
            context.graphql_document = self._query.document
        yield

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        document, schema = context.graphql_document, context.schema._schema  # noqa: SLF001 - as Strawberry's own extensions do
        if document is not None:
            errors = [] if self._query else validate_document(schema, document, context.validation_rules)
            context.pre_execution_errors = errors or self._over_limits(schema, document, context.variables or {})
        yield

    def _over_limits(
        self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]
    ) -> list[GraphQLError]:
        if self._query is None:
            self._query = KnownQuery(document, variables_of_lengths(document), cacheable=cacheable(document))
            self._known.add(self.execution_context.query or "", self._query)
        lengths = self._query.lengths_of(variables)
        if lengths in self._query.allowed:
            return []
        errors = list(complaints(schema, document, variables, self._settings))
        if not errors and len(self._query.allowed) < MOST_LENGTHS:
            self._query.allowed.add(lengths)
        return errors
