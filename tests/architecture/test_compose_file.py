"""docker-compose.yml keeps its promises: loopback only, health checks that are explained, no password inside."""

from __future__ import annotations

from typing import Any

import yaml

from tests.architecture.checkout import ROOT

TEXT = (ROOT / "docker-compose.yml").read_text()
SERVICES: dict[str, Any] = yaml.safe_load(TEXT)["services"]


def test_has_the_services_of_the_production_shape() -> None:
    assert set(SERVICES) == {"neo4j", "redis", "api", "trainer"}


def test_ports_are_published_to_this_machine_only() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_every_server_has_an_explained_health_check() -> None:
    for name in ("neo4j", "redis", "api"):
        assert SERVICES[name]["healthcheck"]["test"]
        part = TEXT.split(f"\n  {name}:\n")[1].split("healthcheck:\n")[1]
        assert part.lstrip().startswith("#"), f"say why the health check of {name} is as it is"


def test_the_password_comes_from_outside() -> None:
    assert "${EDGEWISE_NEO4J_PASSWORD:?" in SERVICES["neo4j"]["environment"]["NEO4J_AUTH"]


def test_nothing_starts_before_what_it_needs_is_healthy() -> None:
    for name in ("api", "trainer"):
        needs = SERVICES[name]["depends_on"]
        assert {need["condition"] for need in needs.values()} == {"service_healthy"}
