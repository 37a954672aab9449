"""How much a query asks for, known before it runs: depth, aliases, and the objects that its lists may hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    IntValueNode,
    Node,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)

from api.settings import ApiSettings
from recommend.because import MOST_LISTS
from recommend.protocol import MOST, MOST_RANKINGS

FIRST = "first"
"""The argument that says how long a list may be."""
WORK: Mapping[str, int] = MappingProxyType({"because": MOST_LISTS, "rank": MOST, "rankBatch": MOST_RANKINGS * MOST})
"""Objects that fields without `first` count as, at most: lists that are made, items that are ranked."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a selection asks for: levels below it, aliases in it, objects if every list is full."""

    depth: int = 0
    aliases: int = 0
    nodes: int = 0


class Estimate:
    """Costs of a document. Each fragment is walked once, so fragments in fragments cost no more than their text."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]) -> None:
        self._schema = schema
        self._variables = variables
        self._known: dict[str, Cost] = {}
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }

    def of_operation(self, operation: OperationDefinitionNode) -> Cost:
        """Cost of a query or mutation."""
        return self._set(operation.selection_set, self._schema.get_root_type(operation.operation))

    def _set(self, selections: SelectionSetNode | None, parent: GraphQLNamedType | None) -> Cost:
        costs = [self._selection(one, parent) for one in selections.selections] if selections else []
        return Cost(
            depth=max((cost.depth for cost in costs), default=0),
            aliases=sum(cost.aliases for cost in costs),
            nodes=sum(cost.nodes for cost in costs),
        )

    def _selection(self, selection: SelectionNode, parent: GraphQLNamedType | None) -> Cost:
        if isinstance(selection, FragmentSpreadNode):
            return self._fragment(selection.name.value)
        if isinstance(selection, FieldNode):
            return self._field(selection, parent)
        return self._set(getattr(selection, "selection_set", None), parent)

    def _fragment(self, name: str) -> Cost:
        if name not in self._known:
            self._known[name] = Cost()  # a cycle, which another rule reports, ends here
            if definition := self._fragments.get(name):
                on = self._schema.get_type(definition.type_condition.name.value)
                self._known[name] = self._set(definition.selection_set, on)
        return self._known[name]

    def _field(self, field: FieldNode, parent: GraphQLNamedType | None) -> Cost:
        alias = 1 if field.alias else 0
        if field.selection_set is None or field.name.value.startswith("__"):
            return Cost(aliases=alias)
        definition = parent.fields.get(field.name.value) if isinstance(parent, GraphQLObjectType) else None
        below = self._set(field.selection_set, get_named_type(definition.type) if definition else None)
        return Cost(below.depth + 1, below.aliases + alias, self._length(field, definition) * (1 + below.nodes))

    def _length(self, field: FieldNode, definition: GraphQLField | None) -> int:
        """Most entries of a field that takes `first`, or what its work counts as; 1 for any other."""
        if definition is None or FIRST not in definition.args:
            return WORK.get(field.name.value, 1)
        given = next((argument.value for argument in field.arguments or () if argument.name.value == FIRST), None)
        value: object = MOST
        if given is None:
            value = definition.args[FIRST].default_value
        elif isinstance(given, IntValueNode):
            value = int(given.value)
        elif isinstance(given, VariableNode):
            value = self._variables.get(given.name.value, MOST)
        return min(max(value, 1), MOST) if isinstance(value, int) else MOST


def complaints(
    schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any], settings: ApiSettings
) -> Iterator[GraphQLError]:
    """What is over a limit, in words."""
    estimate = Estimate(schema, document, variables)
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    for operation in operations:
        cost = estimate.of_operation(operation)
        limits = (
            ("nests", cost.depth, settings.max_depth, "levels deep"),
            ("has", cost.aliases, settings.max_aliases, "aliases"),
            ("may return", cost.nodes, settings.max_nodes, "objects"),
        )
        for verb, asked, most, unit in limits:
            if asked > most:
                message = f"The query {verb} {asked} {unit}; {most} is the most. Ask for less at once."
                yield GraphQLError(message, operation)


def variables_of_lengths(document: DocumentNode) -> tuple[str, ...]:
    """Names of the variables that say how long lists may be, sorted: what its costs depend on beside its text."""
    found: set[str] = set()
    nodes: list[Node] = [document]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ArgumentNode) and node.name.value == FIRST and isinstance(node.value, VariableNode):
            found.add(node.value.name.value)
        for key in node.keys:
            value = getattr(node, key)
            nodes.extend(
                one for one in (value if isinstance(value, tuple | list) else [value]) if isinstance(one, Node)
            )
    return tuple(sorted(found))
