"""What every resolver can reach: who asks, the services, and this request's loaders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from strawberry.types import Info

from api.answer_batches import AnswerBatches
from api.answer_cache import Given
from api.loaders import Loaders
from api.offload import Offload
from api.principal import Principal, development_principal
from api.services import Services


@dataclass
class Context:
    """One per request."""

    services: Services
    offload: Offload
    batches: AnswerBatches
    principal: Principal
    loaders: Loaders
    given: Given

    def forget(self) -> None:
        """Read anew from now on: a mutation has changed the graph."""
        self.loaders = Loaders(self.services, self.offload, self.batches)


Asked = Info[Context, None]
"""What resolvers call `info`."""


def context_maker(services: Services, offload: Offload) -> Callable[[Given | None], Context]:
    """Makes the context of each request."""
    principal = development_principal(services.settings)
    batches = AnswerBatches(services.answering, offload, services.settings.batches)

    def make(given: Given | None) -> Context:
        return Context(services, offload, batches, principal, Loaders(services, offload, batches), given or Given())

    return make
