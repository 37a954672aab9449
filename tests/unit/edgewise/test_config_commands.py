"""`edgewise config` shows what is set and never a secret."""

from __future__ import annotations

import pytest
from rich.console import Console

from edgewise.config_commands import config_table
from graph.errors import ConfigurationError


def shown(*, only_changed: bool) -> str:
    console = Console(width=300)
    with console.capture() as capture:
        console.print(config_table(only_changed=only_changed))
    return capture.get()


def test_what_the_environment_changed_is_shown_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGEWISE_NEO4J_PASSWORD", "very-secret")
    monkeypatch.setenv("EDGEWISE_API_PORT", "9001")
    text = shown(only_changed=True)
    assert "9001" in text
    assert "EDGEWISE_NEO4J_PASSWORD" in text
    assert "very-secret" not in text
    assert "EDGEWISE_API_HOST" not in text


def test_every_setting_is_shown() -> None:
    text = shown(only_changed=False)
    for name in ("EDGEWISE_NEO4J_URI", "EDGEWISE_LIGHTGCN_EPOCHS", "EDGEWISE_RECOMMEND_DEFAULT_STRATEGY"):
        assert name in text


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGEWISE_API_PORT", "a lot")
    with pytest.raises(ConfigurationError, match="EDGEWISE_API_PORT"):
        config_table(only_changed=False)
