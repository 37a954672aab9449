import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import SourceError
from graph.records import Event, Item, User
from loaders.pairs import Pairs
from loaders.source import Rejected

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CHOICES = st.dictionaries(st.integers(0, 40), st.lists(st.integers(0, 60), max_size=6), min_size=1, max_size=20)


@given(choices=CHOICES.filter(lambda choices: any(choices.values())))
def test_what_was_written_comes_back(choices: dict[int, list[int]], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("pairs") / "train.txt"
    path.write_text("".join(f"{user} {' '.join(map(str, items))}\n" for user, items in choices.items()))
    source = Pairs([path], NOW)
    events = [event for event in source.events() if isinstance(event, Event)]
    assert [(event.user_id, event.item_id) for event in events] == [
        (str(user), str(item)) for user, items in choices.items() for item in items
    ]
    assert list(source.users()) == [User(str(user)) for user in choices]
    assert {item.id for item in source.items()} == {str(item) for items in choices.values() for item in items}
    assert source.undated == len(events)


def test_a_pair_is_one_event_wherever_it_stands(tmp_path: Path) -> None:
    (tmp_path / "train.txt").write_text("0 1 2\n")
    (tmp_path / "test.txt.gz").write_bytes(gzip.compress(b"0 2 2\n"))
    source = Pairs([tmp_path], NOW, name="gowalla", kind="place", event_type="Check in")
    assert list(source.events()) == [
        Event(f"gowalla:0:{item}", "0", item, "check_in", NOW) for item in ("1", "2", "2", "2")
    ]
    assert list(source.items()) == [Item("1", kind="place"), Item("2", kind="place")]
    assert source.notes() == ["4 events had no time and took 2026-01-01 00:00:00 UTC."]


def test_what_is_no_number_is_rejected_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"0 1 x 2\n\nuser 3 4\n5\n-1 2\n6 7\xff\n8 9\n")
    source = Pairs([path], NOW)
    rows = list(source.events())
    assert [(row.line, row.reason, row.text) for row in rows if isinstance(row, Rejected)] == [
        (1, "an item is no whole number", "0 x"),
        (3, "the line does not start with a whole number", "user 3 4"),
        (5, "the line does not start with a whole number", "-1 2"),
        (6, "an item is no whole number", "6 7\udcff"),
    ]
    assert [row.item_id for row in rows if isinstance(row, Event)] == ["1", "2", "9"]
    assert [user.id for user in source.users()] == ["0", "5", "6", "8"]
    assert [item.id for item in source.items()] == ["1", "2", "9"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"userId,movieId\n1,2\n", "is of another form"),
        (b"1\n2\n", "is of another form"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is a binary file"),
    ],
)
def test_another_form_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=said):
        Pairs([path], NOW)


def test_wrong_folders_files_and_types_are_refused(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("1 2\n")
    with pytest.raises(SourceError, match=r"none of train\.txt.*it has data\.csv"):
        Pairs([tmp_path], NOW)
    with pytest.raises(SourceError, match="There is no file gone"):
        Pairs([tmp_path / "gone"], NOW)
    with pytest.raises(SourceError, match="cannot be the type of events"):
        Pairs([tmp_path / "data.csv"], NOW, event_type="!")
