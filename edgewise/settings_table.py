"""Writes docs/settings.md from the settings classes themselves: python -m edgewise.settings_table."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

MODULES = (
    "graph.settings",
    "recommend.settings",
    "loaders.settings",
    "gnn.model_settings",
    "gnn.settings",
    "gnn.nightly.settings",
    "api.settings",
    "edgewise.settings",
)
PAGE = Path(__file__).parents[1] / "docs" / "settings.md"
SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "min_length": "length ≥", "max_length": "length ≤"}
INTRODUCTION = """# Settings

Every setting is an environment variable; `edgewise config show` prints those in use. A TOML or YAML file may give them
instead, `edgewise --settings FILE …` or `EDGEWISE_SETTINGS=FILE`: its sections are what variables begin with, its keys
what they end with (`[lightgcn]`, `epochs = 40`); a variable that is set wins. A wrong one is refused at the start
with what is wrong about it. This page is made from the settings classes: `python -m edgewise.settings_table`.
"""


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable. `default` and `bounds` are in words, empty where there is none."""

    name: str
    default: str
    bounds: str
    meaning: str


def settings_classes() -> list[type[BaseSettings]]:
    """Every settings class of MODULES, in the order in which they are written there."""
    modules = [importlib.import_module(name) for name in MODULES if find_spec(name)]
    return [
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, BaseSettings) and value.__module__ == module.__name__
    ]


def settings_of(cls: type[BaseSettings]) -> list[Setting]:
    """The environment variables of one class."""
    prefix = str(cls.model_config.get("env_prefix", ""))
    return [
        Setting(f"{prefix}{name}".upper(), _default(field), _bounds(field), field.description or "")
        for name, field in cls.model_fields.items()
    ]


def page() -> str:
    """The whole page, as Markdown."""
    return INTRODUCTION + "".join(line for cls in settings_classes() for line in _section(cls))


def _told(value: BaseModel) -> dict[str, object]:
    return value.model_dump(exclude_defaults=True)


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name} is current.\n")


def _section(cls: type[BaseSettings]) -> Iterator[str]:
    summary = (cls.__doc__ or "").strip().splitlines()[0]
    yield f"\n## {cls.__name__.removesuffix('Settings')}\n{summary}\n\n"
    yield "| variable | default | bounds | meaning |\n|---|---|---|---|\n"
    for setting in settings_of(cls):
        cells = (f"`{setting.name}`", setting.default, setting.bounds, setting.meaning)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is None or isinstance(value, SecretStr):
        return ""
    return f"`{json.dumps(value, default=_told)}`" if isinstance(value, dict | list | tuple) else f"`{value}`"


def _bounds(field: FieldInfo) -> str:
    limits = [
        f"{SIGNS[name]} {getattr(part, name)}" for part in field.metadata for name in SIGNS if hasattr(part, name)
    ]
    return ", ".join(limits) or ", ".join(_choices(field.annotation))


def _choices(annotation: object) -> list[str]:
    """The values of a Literal, also of one that may be None."""
    if get_origin(annotation) is Literal:
        return [str(choice) for choice in get_args(annotation)]
    return [choice for part in get_args(annotation) for choice in _choices(part)]


if __name__ == "__main__":
    main()
