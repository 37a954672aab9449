"""Every setting says what it means, and docs/settings.md says it too."""

from __future__ import annotations

import ast

import pytest
from pydantic_settings import BaseSettings

from edgewise.settings_table import PAGE, page, settings_classes, settings_of
from tests.architecture.checkout import PACKAGES, modules_of

CLASSES = pytest.mark.parametrize("cls", settings_classes(), ids=lambda cls: cls.__name__)


@CLASSES
def test_every_field_is_described(cls: type[BaseSettings]) -> None:
    undescribed = [setting.name for setting in settings_of(cls) if not setting.meaning]
    assert not undescribed, f"give these fields a description: {undescribed}"
    assert cls.__doc__


@CLASSES
def test_settings_are_frozen_and_prefixed(cls: type[BaseSettings]) -> None:
    assert cls.model_config.get("frozen") is True
    assert str(cls.model_config.get("env_prefix", "")).startswith("EDGEWISE_")


def test_no_variable_has_two_owners() -> None:
    names = [setting.name for cls in settings_classes() for setting in settings_of(cls)]
    assert len(names) == len(set(names))


def test_settings_live_in_settings_modules() -> None:
    strays = [
        f"{module.name}:{node.lineno}"
        for module in modules_of(*PACKAGES)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("BaseSettings") for base in node.bases)
        if module.path.name not in {"settings.py", "model_settings.py"}
    ]
    assert not strays, f"the settings table finds only those in a settings.py or model_settings.py: {strays}"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m edgewise.settings_table"
