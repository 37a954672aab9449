"""Names the tests' server to commands, as people do: by the environment."""

from __future__ import annotations

import os

import pytest

from graph.settings import Neo4jSettings


def server_variables(settings: Neo4jSettings) -> dict[str, str]:
    """EDGEWISE_NEO4J_… for that server."""
    assert settings.password is not None
    return {
        "EDGEWISE_NEO4J_URI": str(settings.uri),
        "EDGEWISE_NEO4J_USER": settings.user,
        "EDGEWISE_NEO4J_PASSWORD": settings.password.get_secret_value(),
    }


def name_server(settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set them for the rest of the test."""
    for name, value in server_variables(settings).items():
        monkeypatch.setenv(name, value)


def environment_of(settings: Neo4jSettings, **more: str) -> dict[str, str]:
    """The environment of a process that is to use that server, `more` included."""
    return os.environ | server_variables(settings) | more
