"""Who asks. Carried by every request's context, so that access control has one place to look at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from api.settings import ApiSettings


class PrincipalKind(Enum):
    """A person, another program, or whoever runs this one."""

    USER = "user"
    SERVICE = "service"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a request comes from; `id` is a user's id for a user, a name otherwise."""

    kind: PrincipalKind
    id: str


def development_principal(settings: ApiSettings) -> Principal:
    """Stands for everyone until there is a login, which is why the server listens on loopback only."""
    if settings.acting_user:
        return Principal(PrincipalKind.USER, settings.acting_user)
    return Principal(PrincipalKind.ADMIN, "development")
