"""What every store of answers promises, in memory and on a real Redis."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis
import redis.asyncio

from api.answer_store import MOST_NAMES, AnswerStore, MemoryAnswers, RedisAnswers
from tests.redis_server import free_port


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Kept:
    """A store, called from outside its event loop."""

    def __init__(self, store: AnswerStore, runner: asyncio.Runner, clock: Clock) -> None:
        self.store, self.runner, self.clock = store, runner, clock

    def get(self, group: str, name: str) -> bytes | None:
        return self.runner.run(self.store.get(group, name)).value

    def mark(self, group: str) -> bytes:
        return self.runner.run(self.store.get(group, "?")).mark

    def keep(self, group: str, name: str, value: bytes, seconds: float = 60, mark: bytes | None = None) -> None:
        given = self.mark(group) if mark is None else mark
        self.runner.run(self.store.keep(group, name, value, seconds, given))

    def run(self, work: Any) -> None:
        self.runner.run(work)


@pytest.fixture(params=["memory", "redis"])
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    clock = Clock()
    with asyncio.Runner() as runner:
        if request.param == "memory":
            yield Kept(MemoryAnswers(clock), runner, clock)
            return
        url = request.getfixturevalue("redis_url")
        with redis.Redis.from_url(url) as plain:
            plain.flushdb()
        store = RedisAnswers(redis.asyncio.Redis.from_url(url), clock, clock)
        yield Kept(store, runner, clock)
        runner.run(store.close())


def test_keeps_bytes_by_group_and_name(kept: Kept) -> None:
    kept.keep("user:ann", "a", b"\x00one\ntwo")
    kept.keep("user:ann", "b", b"other")
    assert kept.get("user:ann", "a") == b"\x00one\ntwo"
    assert kept.get("user:ann", "b") == b"other"
    assert kept.get("user:ann", "c") is None
    assert kept.get("user:bob", "a") is None


def test_an_answer_lapses_by_itself_whatever_else_its_group_keeps(kept: Kept) -> None:
    kept.keep("g", "short", b"1", 10)
    kept.keep("g", "long", b"2", 1000)
    kept.clock.now += 11
    assert kept.get("g", "short") is None
    assert kept.get("g", "long") == b"2"


def test_a_group_falls_alone(kept: Kept) -> None:
    kept.keep("user:ann", "a", b"1")
    kept.keep("user:bob", "a", b"2")
    kept.run(kept.store.drop("user:ann"))
    assert kept.get("user:ann", "a") is None
    assert kept.get("user:bob", "a") == b"2"
    kept.keep("user:ann", "a", b"3")
    assert kept.get("user:ann", "a") == b"3"


def test_everything_falls_at_once(kept: Kept) -> None:
    kept.keep("user:ann", "a", b"1")
    kept.run(kept.store.drop_all())
    assert kept.get("user:ann", "a") is None


@pytest.mark.parametrize("everything", [False, True])
def test_what_was_computed_before_the_fall_is_not_kept_after_it(kept: Kept, everything: bool) -> None:
    old = kept.mark("user:ann")
    kept.run(kept.store.drop_all() if everything else kept.store.drop("user:ann"))
    kept.keep("user:ann", "a", b"stale", mark=old)
    assert kept.get("user:ann", "a") is None


def test_another_replica_sees_at_its_next_look_that_everything_fell(redis_url: str) -> None:
    clock = Clock()
    with asyncio.Runner() as runner:
        one, other = (
            Kept(RedisAnswers(redis.asyncio.Redis.from_url(redis_url), clock, clock), runner, clock) for _ in range(2)
        )
        one.keep("g", "a", b"1")
        assert other.get("g", "a") == b"1"
        one.run(one.store.drop_all())
        other.run(other.store.refresh())
        assert other.get("g", "a") is None
        for kept in (one, other):
            kept.run(kept.store.close())


def test_whoever_varies_a_query_without_end_fills_no_more_than_a_group(kept: Kept) -> None:
    for k in range(3 * MOST_NAMES):
        kept.keep("user:ann", str(k), b"x")
    there = [k for k in range(3 * MOST_NAMES) if kept.get("user:ann", str(k))]
    assert there
    assert len(there) <= MOST_NAMES + 1
    assert there[-1] == 3 * MOST_NAMES - 1
    kept.run(kept.store.drop("user:ann"))
    old = kept.mark("user:ann")
    for k in range(2 * MOST_NAMES):
        kept.keep("user:ann", str(k), b"x")
    assert kept.mark("user:ann") == old, "the mark outlives it"


def test_memory_forgets_what_was_used_least_lately() -> None:
    clock = Clock()
    with asyncio.Runner() as runner:
        kept = Kept(MemoryAnswers(clock, most_bytes=3_000), runner, clock)
        for group in "ab":
            kept.keep(group, "x", group.encode() * 900)
        assert kept.get("a", "x") == b"a" * 900
        kept.keep("c", "x", b"c" * 900)
        assert [kept.get(group, "x") is not None for group in "abc"] == [True, False, True]
        kept.keep("d", "x", b"d" * 9_000)
        assert kept.get("d", "x") is None


def test_a_redis_that_is_away_is_a_miss_and_soon_not_even_asked() -> None:
    client = redis.asyncio.Redis(port=free_port(), socket_connect_timeout=0.1)
    with asyncio.Runner() as runner:
        store = RedisAnswers(client, time.monotonic)
        kept = Kept(store, runner, Clock())
        for _ in range(3):
            assert kept.get("g", "a") is None
        kept.keep("g", "a", b"1")
        kept.run(store.drop("g"))
        kept.run(store.drop_all())
        began = time.monotonic()
        assert [kept.get("g", "a") for _ in range(100)] == [None] * 100
        assert time.monotonic() - began < 1
        runner.run(store.close())
