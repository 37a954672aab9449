"""Requests share a batch while another is worked on, and none is harmed by another's mistake."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import cast

import pytest

from api import answer_batches
from api.answer_batches import MOST, AnswerBatches, AskKey
from api.offload import Offload
from graph.errors import InputError
from recommend.answering import Answering
from recommend.protocol import Answer, Ask

DEADLINE = 10.0


@dataclass
class Slow:
    """Answers with the user's id as the layer, once it may. A stand-in for strategies, not for the database."""

    seconds: float = DEADLINE
    go: threading.Event = field(default_factory=threading.Event)
    batches: list[list[str]] = field(default_factory=list)
    begun: threading.Event = field(default_factory=threading.Event)
    given_up: int = 0

    @property
    def settings(self) -> SimpleNamespace:
        return SimpleNamespace(seconds=self.seconds)

    def recommend(self, asks: Sequence[Ask], strategy: str | None) -> list[Answer]:
        self.batches.append([one.user_id for one in asks])
        self.begun.set()
        assert self.go.wait(DEADLINE)
        if any(one.user_id == "wrong" for one in asks):
            raise InputError("no")
        return [Answer(one.user_id, strategy or "default", one.user_id, ()) for one in asks]

    def gave_up(self) -> None:
        self.given_up += 1

    def last_known(self, asks: Sequence[Ask], strategy: str | None) -> list[Answer]:
        return [Answer(one.user_id, strategy or "default", "last-known", ()) for one in asks]


def key(user: str, strategy: str | None = None) -> AskKey:
    return AskKey(strategy, Ask(user))


async def first_then(slow: Slow, batches: AnswerBatches, others: Sequence[Sequence[AskKey]]) -> list[object]:
    """The answers, or what was raised, of a first request and of others that come while it is worked on."""
    tasks = [asyncio.ensure_future(batches.answers([key("first")]))]
    await asyncio.to_thread(slow.begun.wait, DEADLINE)
    tasks += [asyncio.ensure_future(batches.answers(keys)) for keys in others]
    await asyncio.sleep(0)
    slow.go.set()
    return list(await asyncio.gather(*tasks, return_exceptions=True))


def asked(slow: Slow, others: Sequence[Sequence[AskKey]]) -> list[object]:
    async def ask() -> list[object]:
        return await first_then(slow, AnswerBatches(cast("Answering", slow), Offload(4), 1), others)

    return asyncio.run(ask())


def test_who_comes_meanwhile_shares_the_next_batch() -> None:
    slow = Slow()
    found = asked(slow, [[key("a")], [key("b"), key("c", "popular")], [key("d")]])
    assert slow.batches == [["first"], ["a", "b", "d"], ["c"]]
    layers = [[one.layer for one in cast("list[Answer]", answers)] for answers in found]
    assert layers == [["first"], ["a"], ["b", "c"], ["d"]]


def test_a_batch_has_its_bounds() -> None:
    slow = Slow()
    asked(slow, [[key(f"u{k}")] for k in range(MOST + 1)])
    assert [len(one) for one in slow.batches] == [1, MOST, 1]


def test_a_mistake_is_told_to_who_made_it_alone() -> None:
    slow = Slow()
    found = asked(slow, [[key("a")], [key("wrong")], [key("b")]])
    assert isinstance(found[2], InputError)
    assert [cast("list[Answer]", found[k])[0].layer for k in (1, 3)] == ["a", "b"]


def test_who_has_waited_for_too_long_gets_what_was_popular_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_batches, "GRACE", 0.0)
    slow = Slow(seconds=0.05)

    async def ask() -> list[list[Answer]]:
        batches = AnswerBatches(cast("Answering", slow), Offload(4), 1)
        found = await asyncio.gather(batches.answers([key("a")]), batches.answers([key("b")]))
        slow.go.set()
        slow.seconds = DEADLINE
        return [*found, await batches.answers([key("c")])]

    found = asyncio.run(ask())
    assert [answers[0].layer for answers in found] == ["last-known", "last-known", "c"]
    assert slow.given_up == 2
