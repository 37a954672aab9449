"""The doctor finds what is wrong and says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgewise.doctor import examine
from tests.redis_server import free_port


@pytest.fixture(autouse=True)
def bare_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGEWISE_EMBEDDED_HOME", str(tmp_path / "neo4j"))
    monkeypatch.setenv("EDGEWISE_EMBEDDED_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("EDGEWISE_NEO4J_URI", raising=False)
    monkeypatch.delenv("EDGEWISE_API_REDIS_URL", raising=False)


def test_a_bare_machine_is_told_what_comes_next() -> None:
    found = {finding.name: finding for finding in examine()}
    assert found["python"].level == "ok"
    assert found["serving"].level == "ok"
    assert found["server files"].level == "note"
    assert found["neo4j"].fix == "edgewise neo4j start"
    assert found["redis"].level == "note"


def test_a_server_that_does_not_answer_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGEWISE_NEO4J_URI", f"bolt://127.0.0.1:{free_port()}")
    monkeypatch.setenv("EDGEWISE_NEO4J_RETRY_TIME", "0")
    found = {finding.name: finding for finding in examine()}
    assert found["neo4j"].level == "wrong"


def test_a_redis_that_does_not_answer_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGEWISE_API_REDIS_URL", f"redis://127.0.0.1:{free_port()}/0")
    found = {finding.name: finding for finding in examine()}
    assert found["redis"].level == "wrong"


def test_a_wrong_setting_is_a_finding_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGEWISE_NEO4J_URI", "http://example.com")
    assert any(finding.level == "wrong" and "EDGEWISE_NEO4J_URI" in finding.detail for finding in examine())
