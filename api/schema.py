"""The GraphQL schema, with what guards it."""

from __future__ import annotations

from strawberry.extensions import DisableIntrospection, MaxTokensLimiter
from strawberry.schema.config import StrawberryConfig

from api.errors import CodedErrors, CodedSchema
from api.known_queries import CheckedQueries, KnownQueries
from api.mutations import Mutation
from api.plain_fields import PlainFieldsExecutor
from api.queries import Query
from api.settings import ApiSettings
from api.subscriptions import Subscription


def make_schema(settings: ApiSettings, known: KnownQueries) -> CodedSchema:
    """The schema under `settings`; only in development does it describe itself. `known`: queries not to parse again."""
    guards = [
        CodedErrors,
        lambda: MaxTokensLimiter(settings.max_tokens),
        lambda: CheckedQueries(known, settings),
    ]
    return CodedSchema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        execution_context_class=PlainFieldsExecutor,
        extensions=guards if settings.development else [*guards, DisableIntrospection],
        config=StrawberryConfig(disable_field_suggestions=not settings.development),
    )
