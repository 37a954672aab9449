"""Names the tests' server to commands, as people do: by the environment."""

from __future__ import annotations

import pytest

from graph.settings import Neo4jSettings


def name_server(settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set EDGEWISE_NEO4J_… for the rest of the test."""
    assert settings.password is not None
    monkeypatch.setenv("EDGEWISE_NEO4J_URI", str(settings.uri))
    monkeypatch.setenv("EDGEWISE_NEO4J_USER", settings.user)
    monkeypatch.setenv("EDGEWISE_NEO4J_PASSWORD", settings.password.get_secret_value())
