"""Keeps whole answers as bytes, in groups that fall together: in Redis for all replicas, or in this process."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Protocol, cast
from uuid import uuid4

import redis.asyncio
from redis.exceptions import RedisError

from recommend.breaker import Breaker

LOGGER = logging.getLogger(__name__)
PREFIX = "edgewise:answers:"
GENERATION = "edgewise:generation"
TIMEOUT_SECONDS = 0.1
MARK = "\x00mark"
"""The field of a group that changes when the group falls."""
MARK_SECONDS = 60
"""How long it is remembered that a group fell, which is longer than an answer takes."""
MOST_BYTES = 64 * 2**20
OVERHEAD = 200
"""Bytes that an entry takes beside its own."""
MOST_NAMES = 50
"""Answers of a group; one more, and those before it go, as whoever varies a query without end is not to fill it all."""
KEEP_UNLESS_FALLEN = """
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[6]) then
  redis.call('DEL', KEYS[1])
  if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
end
redis.call('HSET', KEYS[1], ARGV[3], ARGV[4])
if redis.call('TTL', KEYS[1]) < tonumber(ARGV[5]) then redis.call('EXPIRE', KEYS[1], ARGV[5]) end
return 1
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What was kept, if anything; `mark` is to be handed back with what takes its place."""

    value: bytes | None
    mark: bytes


class AnswerStore(Protocol):
    """Bytes by group and name. What is kept after its group fell in the meantime is not kept at all."""

    async def get(self, group: str, name: str) -> Found:
        """What was kept, None if nothing was or it has fallen."""

    async def keep(self, group: str, name: str, value: bytes, seconds: float, mark: bytes) -> None:
        """Keep `value` for at least `seconds`, unless the group fell since `mark` was got."""

    async def drop(self, group: str) -> None:
        """Let everything of the group fall."""

    async def drop_all(self) -> None:
        """Let everything fall."""

    async def refresh(self) -> None:
        """Look whether somebody else let everything fall."""

    async def close(self) -> None:
        """Give back what it holds."""


@dataclass(slots=True)
class _Group:
    mark: bytes = b""
    values: dict[str, tuple[float, bytes]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return OVERHEAD + sum(OVERHEAD + len(value) for _, value in self.values.values())


class MemoryAnswers:
    """In this process, about `most_bytes` of it: the group that was used least lately goes first. For one event loop.

    `clock` gives monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float], most_bytes: int = MOST_BYTES) -> None:
        self._clock = clock
        self._most = most_bytes
        self._size = 0
        self._groups: OrderedDict[str, _Group] = OrderedDict()
        self._epoch = uuid4().bytes

    async def get(self, group: str, name: str) -> Found:
        known = self._groups.get(group)
        if known is None:
            return Found(None, self._epoch)
        self._groups.move_to_end(group)
        until, value = known.values.get(name, (0.0, b""))
        if self._clock() >= until:
            return Found(None, self._epoch + known.mark)
        return Found(value, self._epoch + known.mark)

    async def keep(self, group: str, name: str, value: bytes, seconds: float, mark: bytes) -> None:
        known = self._groups.get(group, _Group())
        if mark != self._epoch + known.mark:
            return
        values = known.values if len(known.values) < MOST_NAMES else {}
        self._put(group, _Group(known.mark, {**values, name: (self._clock() + seconds, value)}))

    async def drop(self, group: str) -> None:
        self._put(group, _Group(uuid4().bytes))

    async def drop_all(self) -> None:
        self._groups.clear()
        self._size = 0
        self._epoch = uuid4().bytes

    async def refresh(self) -> None:
        """Nobody else can."""

    async def close(self) -> None:
        await self.drop_all()

    def _put(self, group: str, made: _Group) -> None:
        before = self._groups.pop(group, None)
        self._groups[group] = made
        self._size += made.size - (before.size if before is not None else 0)
        while self._size > self._most and self._groups:
            _, oldest = self._groups.popitem(last=False)
            self._size -= oldest.size


class RedisAnswers:
    """In Redis. One that goes away costs a short wait now and then, never an answer.

    That another replica let everything fall is seen at the next `refresh`.
    """

    def __init__(
        self, client: redis.asyncio.Redis, clock: Callable[[], float], wall: Callable[[], float] = time.time
    ) -> None:
        """`clock` gives monotonic seconds, `wall` those since 1970, which replicas share."""
        self._client = client
        self._wall = wall
        self._generation: bytes | None = None
        self._breaker = Breaker(3, 2.0, clock)
        self._keep = client.register_script(KEEP_UNLESS_FALLEN)

    async def get(self, group: str, name: str) -> Found:
        if not self._breaker.allows():
            return Found(None, b"")
        try:
            generation = self._generation or await self._read_generation()
            mark, kept = await cast("Awaitable[list[bytes | None]]", self._client.hmget(PREFIX + group, [MARK, name]))
        except (RedisError, OSError, TimeoutError) as error:
            self._failed("did not answer", error)
            return Found(None, b"")
        self._breaker.succeeded()
        return Found(_value(kept, generation, self._wall()), generation + b" " + (mark or b""))

    async def keep(self, group: str, name: str, value: bytes, seconds: float, mark: bytes) -> None:
        if not mark or not self._breaker.allows():
            return
        generation, _, own = mark.partition(b" ")
        whole = b"%s %d\n%s" % (generation, round((self._wall() + seconds) * 1000), value)
        try:
            await self._keep(keys=[PREFIX + group], args=[MARK, own, name, whole, max(1, ceil(seconds)), MOST_NAMES])
        except (RedisError, OSError, TimeoutError) as error:
            self._failed("did not keep an answer", error)
        else:
            self._breaker.succeeded()

    async def drop(self, group: str) -> None:
        try:
            key = PREFIX + group
            async with self._client.pipeline(transaction=True) as together:
                together.delete(key)
                together.hset(key, MARK, uuid4().hex)
                together.expire(key, MARK_SECONDS)
                await together.execute()
        except (RedisError, OSError, TimeoutError) as error:
            self._failed("did not drop an answer; it lapses by itself", error)

    async def drop_all(self) -> None:
        try:
            self._generation = str(await self._client.incr(GENERATION)).encode()
        except (RedisError, OSError, TimeoutError) as error:
            self._failed("did not drop its answers; they lapse by themselves", error)

    async def refresh(self) -> None:
        try:
            await self._read_generation()
        except (RedisError, OSError, TimeoutError) as error:
            self._failed("did not answer", error)

    async def close(self) -> None:
        await self._client.aclose()

    async def _read_generation(self) -> bytes:
        found = await self._client.get(GENERATION)
        self._generation = found if isinstance(found, bytes) else b"0"
        return self._generation

    def _failed(self, what: str, error: Exception) -> None:
        self._breaker.failed()
        LOGGER.warning("Redis %s: %s", what, error)


def _value(kept: bytes | None, generation: bytes, now: float) -> bytes | None:
    """What was kept in this generation, if its time is not over; the group as a whole may be kept for longer."""
    if kept is None:
        return None
    head, _, value = kept.partition(b"\n")
    of, _, until = head.partition(b" ")
    return value if of == generation and now * 1000 < int(until) else None


def open_answers(redis_url: str | None, clock: Callable[[], float]) -> AnswerStore:
    """Redis at `redis_url`, or this process's memory without one. Does not connect yet."""
    if not redis_url:
        return MemoryAnswers(clock)
    client = redis.asyncio.Redis.from_url(
        redis_url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS
    )
    return RedisAnswers(client, clock)
