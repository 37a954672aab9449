"""The direction of imports, and who may use which package."""

from __future__ import annotations

import pytest

from tests.architecture.checkout import PACKAGES, modules_of

ALLOWED: dict[str, set[str]] = {
    "cypher": set(),
    "graph": {"cypher"},
    "recommend": {"cypher", "graph"},
    "loaders": {"cypher", "graph", "recommend"},
    "gnn": {"cypher", "graph", "recommend"},
    "api": {"cypher", "graph", "recommend"},
    "edgewise": {"cypher", "graph", "recommend", "loaders", "gnn", "api"},
}
LEARNING = {"torch", "torch_geometric", "lightfm"}
WEB = {"fastapi", "starlette", "strawberry", "uvicorn"}
NOT_ITS_TRADE: dict[str, set[str]] = {
    "cypher": LEARNING | WEB,
    "graph": LEARNING | WEB,
    "recommend": LEARNING | WEB,
    "loaders": LEARNING | WEB,
    "gnn": WEB,
    "api": LEARNING,
}


def offences(package: str, refused: set[str]) -> list[str]:
    return [
        f"{module.name}:{line} imports {imported}"
        for module in modules_of(package)
        for imported, line in module.imported()
        if imported.split(".")[0] in refused
    ]


def test_every_package_is_looked_at() -> None:
    assert set(ALLOWED) == set(PACKAGES) == {module.package for module in modules_of(*PACKAGES)}


@pytest.mark.parametrize("package", ALLOWED)
def test_packages_import_one_way(package: str) -> None:
    assert not offences(package, {*PACKAGES, "tests", "benchmarks"} - ALLOWED[package] - {package})


@pytest.mark.parametrize("package", NOT_ITS_TRADE)
def test_training_and_the_web_stay_apart(package: str) -> None:
    assert not offences(package, NOT_ITS_TRADE[package])


def test_training_needs_nothing_of_evaluation() -> None:
    training = [module for module in modules_of("gnn") if not module.name.startswith("gnn/evaluation/")]
    found = [
        f"{module.name}:{line} imports {imported}"
        for module in training
        for imported, line in module.imported()
        if imported.startswith("gnn.evaluation")
    ]
    assert training
    assert not found


@pytest.mark.parametrize("package", sorted(set(PACKAGES) - {"graph"}))
def test_only_graph_talks_to_the_driver(package: str) -> None:
    assert not offences(package, {"neo4j"})
