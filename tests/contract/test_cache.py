"""What every cache promises, in memory and on a real Redis."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator

import pytest
import redis

from api.cache import Cache, MemoryCache, RedisCache, open_cache
from tests.redis_server import free_port

DEADLINE_SECONDS = 5.0


@pytest.fixture(params=["memory", "redis"])
def cache(request: pytest.FixtureRequest) -> Iterator[Cache]:
    if request.param == "memory":
        yield MemoryCache(time.monotonic)
        return
    client = redis.Redis.from_url(request.getfixturevalue("redis_url"))
    client.flushdb()
    yield RedisCache(client)
    client.close()


def test_keeps_bytes(cache: Cache) -> None:
    cache.set("answer", b"\x00forty-two", 60)
    assert cache.get("answer") == b"\x00forty-two"


def test_an_unknown_key_is_a_miss(cache: Cache) -> None:
    assert cache.get(str(uuid.uuid4())) is None


def test_a_second_set_replaces_the_first(cache: Cache) -> None:
    cache.set("answer", b"old", 60)
    cache.set("answer", b"new", 60)
    assert cache.get("answer") == b"new"


def test_drop_forgets(cache: Cache) -> None:
    cache.set("answer", b"value", 60)
    cache.drop("answer")
    cache.drop("never kept")
    assert cache.get("answer") is None


def test_an_entry_lapses(cache: Cache) -> None:
    cache.set("answer", b"value", 0.03)
    deadline = time.monotonic() + DEADLINE_SECONDS
    while cache.get("answer") is not None:
        assert time.monotonic() < deadline


def test_is_healthy(cache: Cache) -> None:
    assert cache.is_healthy()


def test_memory_lets_the_least_recently_used_go() -> None:
    cache = MemoryCache(lambda: 0.0, capacity=2)
    cache.set("a", b"1", 1)
    cache.set("b", b"2", 1)
    assert cache.get("a") == b"1"
    cache.set("c", b"3", 1)
    assert [cache.get(key) for key in "abc"] == [b"1", None, b"3"]


def test_memory_forgets_at_the_very_second() -> None:
    now = [0.0]
    cache = MemoryCache(lambda: now[0])
    cache.set("a", b"1", 10)
    now[0] = 9.99
    assert cache.get("a") == b"1"
    now[0] = 10.0
    assert cache.get("a") is None


def test_a_redis_that_is_gone_is_a_miss_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    cache = open_cache(f"redis://127.0.0.1:{free_port()}/0", time.monotonic)
    cache.set("answer", b"value", 60)
    assert cache.get("answer") is None
    assert not cache.is_healthy()
    assert "did not keep" in caplog.text


def test_without_an_address_memory_is_used() -> None:
    assert isinstance(open_cache(None, time.monotonic), MemoryCache)
