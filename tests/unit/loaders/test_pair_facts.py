from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.errors import SourceError
from graph.event_arrays import ALWAYS, NEVER
from loaders.pair_facts import PairFacts
from loaders.pairs import Pairs

AT = datetime(2026, 1, 1, tzinfo=UTC)


def facts_of(folder: Path, train: str, test: str) -> PairFacts:
    (folder / "train.txt").write_text(train)
    (folder / "test.txt").write_text(test)
    return PairFacts(Pairs([folder / "train.txt"], AT), Pairs([folder / "test.txt"], AT), 2.5)


def test_what_is_to_load_is_the_train_file_and_the_rest_judges(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, "1 10 11\n2 10\n2 10\n", "1 12 11\n3 10 13\n")
    assert [(event.user_id, event.item_id) for event in facts.events()][:3] == [("1", "10"), ("1", "11"), ("2", "10")]
    assert {user.id for user in facts.users()} == {"1", "2"}
    assert {item.id for item in facts.items()} == {"10", "11"}
    assert facts.test == {("1", "12"), ("3", "10"), ("3", "13")}
    assert facts.repeated == 1


def test_all_pairs_come_once_and_those_of_the_test_file_alone_have_never_been_there(tmp_path: Path) -> None:
    history = facts_of(tmp_path, "1 10 11\n2 10\n2 10\n", "1 12 11\n3 10 13\n").arrays()
    pairs = [(history.user_ids[u], history.item_ids[i]) for u, i in zip(history.users, history.items, strict=True)]
    assert sorted(pairs) == [("1", "10"), ("1", "11"), ("1", "12"), ("2", "10"), ("3", "10"), ("3", "13")]
    assert dict(zip(history.user_ids, history.users_since.tolist(), strict=True)) == {
        "1": ALWAYS,
        "2": ALWAYS,
        "3": NEVER,
    }
    assert dict(zip(history.item_ids, history.items_since.tolist(), strict=True)) == {
        "10": ALWAYS,
        "11": ALWAYS,
        "12": NEVER,
        "13": NEVER,
    }
    assert set(history.weights.tolist()) == {2.5}
    assert set(history.at.tolist()) == {int(AT.timestamp() * 1000)}


def test_a_benchmark_with_a_bad_row_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"test\.txt, line 2: an item is no whole number\. Repair it"):
        facts_of(tmp_path, "1 10\n", "1 11\n2 x\n")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "train.txt").write_text("1 10\n")
    with pytest.raises(SourceError, match=r"There is no file test\.txt"):
        PairFacts(Pairs([tmp_path / "train.txt"], AT), Pairs([tmp_path / "test.txt"], AT), 1.0)
