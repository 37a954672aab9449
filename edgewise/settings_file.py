"""Settings from one TOML or YAML file: its sections are what the variables begin with, its keys what they end with.

    [lightgcn]
    epochs = 40      # EDGEWISE_LIGHTGCN_EPOCHS=40

What it says stands in for variables of the environment that are not set, so that processes which are started later
read the same, and one run can still be told otherwise.
"""

from __future__ import annotations

import difflib
import json
import os
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic_settings import BaseSettings

from edgewise.settings_table import settings_classes, settings_of
from graph.errors import ConfigurationError

VARIABLE = "EDGEWISE_SETTINGS"
T = TypeVar("T")


def apply(path: Path) -> list[str]:
    """Set the variables that `path` gives and the environment does not; returns their names.

    Raises ConfigurationError for a file that cannot be read, and for a section or key that is no setting.
    """
    given = variables(read(path), path)
    new = {name: value for name, value in given.items() if name not in os.environ}
    os.environ.update(new)
    return sorted(new)


def read(path: Path) -> Mapping[str, Any]:
    """The sections of a file that ends in .toml, .yaml or .yml."""
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".toml":
            return tomllib.loads(text)
        if path.suffix in {".yaml", ".yml"}:
            return _mapping(yaml.safe_load(text) or {}, path)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, yaml.YAMLError) as error:
        raise ConfigurationError(f"The settings file {path} cannot be read: {error}") from error
    raise ConfigurationError(f"The settings file {path} must end in .toml, .yaml or .yml.")


def variables(sections: Mapping[str, Any], path: Path) -> dict[str, str]:
    """What the sections say, as variables of the environment. Raises ConfigurationError for what is no setting."""
    known = {_section(cls): dict(zip(cls.model_fields, settings_of(cls), strict=True)) for cls in settings_classes()}
    found: dict[str, str] = {}
    for section, keys in sections.items():
        settings = _named(section, known, f"{path}: there is no section {section!r}.")
        for key, value in _mapping(keys, path).items():
            found[_named(key, settings, f"{path}: {section} has no setting {key!r}.").name] = _text(value)
    return found


def _section(cls: type[BaseSettings]) -> str:
    return str(cls.model_config["env_prefix"]).removeprefix("EDGEWISE_").rstrip("_").lower()


def _named(name: str, known: Mapping[str, T], otherwise: str) -> T:
    if name.lower() in known:
        return known[name.lower()]
    close = difflib.get_close_matches(name.lower(), known, n=1)
    hint = f"Did you mean {close[0]!r}?" if close else f"Choose one of {', '.join(sorted(known))}."
    raise ConfigurationError(f"{otherwise} {hint}")


def _mapping(value: object, path: Path) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ConfigurationError(f"{path}: sections with keys were expected where {value!r} stands.")
    return value


def _text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str) else json.dumps(value)
