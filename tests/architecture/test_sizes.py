"""Files and functions stay small enough to be read at once."""

from __future__ import annotations

import pytest

from tests.architecture.checkout import PACKAGES, Function, Module, modules_of

EVERYTHING = modules_of(*PACKAGES, "tests", "benchmarks")
LONGEST_FILE = 300
LONGEST_FUNCTION = 45
USUAL_FUNCTION = 35
USUAL_SHARE = 0.9


def length(function: Function) -> int:
    """Lines of a function, its signature and docstring included."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


@pytest.mark.parametrize("module", EVERYTHING, ids=lambda module: module.name)
def test_files_and_functions_are_short(module: Module) -> None:
    lines = len(module.path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_FILE, f"{module.name} has {lines} lines; split it by concept"
    long = [f"{f.name} ({length(f)} lines)" for f in module.functions() if length(f) > LONGEST_FUNCTION]
    assert not long, f"split these functions of {module.name}: {long}"


def test_nine_functions_in_ten_are_shorter_still() -> None:
    lengths = [length(function) for module in EVERYTHING for function in module.functions()]
    short = sum(lines < USUAL_FUNCTION for lines in lengths)
    assert short >= USUAL_SHARE * len(lengths), f"only {short} of {len(lengths)} functions have under 35 lines"
