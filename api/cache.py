"""Answers kept for a while: in Redis, shared by all replicas, or in this process where there is none."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

import redis

LOGGER = logging.getLogger(__name__)
PREFIX = "edgewise:"
TIMEOUT_SECONDS = 0.25
Clock = Callable[[], float]


class Cache(Protocol):
    """Keeps bytes by key. A miss is never an error: whoever asks computes the answer then."""

    def get(self, key: str) -> bytes | None:
        """What was kept under `key`, None if nothing was or its time is over."""

    def set(self, key: str, value: bytes, seconds: float) -> None:
        """Keep `value` under `key` for `seconds` > 0."""

    def drop(self, key: str) -> None:
        """Forget `key`; nothing happens if it is not kept."""

    def is_healthy(self) -> bool:
        """Whether it keeps anything at the moment."""


class MemoryCache:
    """In this process: at most `capacity` entries, the least recently used goes first. Thread-safe.

    `clock` gives monotonic seconds.
    """

    def __init__(self, clock: Clock, capacity: int = 10_000) -> None:
        self._clock = clock
        self._capacity = capacity
        self._entries: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            until, value = self._entries.get(key, (0.0, b""))
            if self._clock() >= until:
                self._entries.pop(key, None)
                return None
            self._entries.move_to_end(key)
            return value

    def set(self, key: str, value: bytes, seconds: float) -> None:
        with self._lock:
            self._entries[key] = (self._clock() + seconds, value)
            self._entries.move_to_end(key)
            while len(self._entries) > self._capacity:
                self._entries.popitem(last=False)

    def drop(self, key: str) -> None:
        with self._lock:
            self._entries.pop(key, None)

    def is_healthy(self) -> bool:
        return True


class RedisCache:
    """In Redis. One that goes away costs a short wait and a logged warning, never an answer."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    def get(self, key: str) -> bytes | None:
        try:
            value = self._client.get(PREFIX + key)
        except redis.RedisError as error:
            LOGGER.warning("Redis did not answer; computing anew: %s", error)
            return None
        return value if isinstance(value, bytes) else None

    def set(self, key: str, value: bytes, seconds: float) -> None:
        try:
            self._client.set(PREFIX + key, value, px=max(1, round(seconds * 1000)))
        except redis.RedisError as error:
            LOGGER.warning("Redis did not keep an answer: %s", error)

    def drop(self, key: str) -> None:
        try:
            self._client.delete(PREFIX + key)
        except redis.RedisError as error:
            LOGGER.warning("Redis did not drop an answer; it lapses by itself: %s", error)

    def is_healthy(self) -> bool:
        try:
            return bool(self._client.ping())
        except redis.RedisError:
            return False


def open_cache(redis_url: str | None, clock: Clock) -> Cache:
    """Redis at `redis_url`, or this process's memory without one. Does not connect yet."""
    if not redis_url:
        return MemoryCache(clock)
    return RedisCache(
        redis.Redis.from_url(redis_url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS)
    )
