"""Every module of this checkout, parsed once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("api", "cypher", "edgewise", "gnn", "graph", "loaders", "recommend")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """A parsed .py file."""

    path: Path
    tree: ast.Module

    @property
    def name(self) -> str:
        """Its path below the checkout."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def package(self) -> str:
        return self.path.relative_to(ROOT).parts[0]

    def imported(self) -> Iterator[tuple[str, int]]:
        """Every imported module with its line, those inside functions too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                yield node.module, node.lineno

    def strings(self) -> Iterator[tuple[str, int]]:
        """Every string with its line, parts of f-strings too, docstrings not."""
        lone = {id(node.value) for node in ast.walk(self.tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in lone:
                yield node.value, node.lineno

    def functions(self) -> Iterator[Function]:
        """Every function and method."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))


@cache
def modules_of(*folders: str) -> tuple[Module, ...]:
    """The modules below these folders of the checkout."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return tuple(Module(path, ast.parse(path.read_text(encoding="utf-8"), str(path))) for path in paths)
