import csv
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph.errors import SourceError
from graph.records import Event, Item, User
from loaders.events import EventFiles
from loaders.mapping import EventMapping, mapping_of_columns
from loaders.source import Rejected

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MAPPING = mapping_of_columns("user=who,item=what,type=did,at=when,value=stars,metadata=session", kind="book")
ROWS: list[dict[str, object]] = [
    {"who": "u1", "what": "b1", "did": "View", "when": 1_500_000_000, "stars": None, "session": "s1", "ip": "10.0.0.1"},
    {"who": "u2", "what": "b2", "did": "rate", "when": 1_500_000_060, "stars": 4.5, "session": None, "ip": "10.0.0.2"},
    {"who": "u1", "what": "b1", "did": "View", "when": 1_500_000_000, "stars": None, "session": "s1", "ip": "10.0.0.3"},
    {"who": "", "what": "b2", "did": "view", "when": 1_500_000_120, "stars": None, "session": None, "ip": "10.0.0.4"},
]


def as_csv(path: Path, rows: list[dict[str, object]] = ROWS) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def as_json_lines(path: Path, rows: list[dict[str, object]] = ROWS) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def as_parquet(path: Path) -> Path:
    pq.write_table(pa.Table.from_pylist(ROWS), path)
    return path


def packed(path: Path) -> Path:
    place = path.with_name(path.name + ".gz")
    place.write_bytes(gzip.compress(path.read_bytes()))
    return place


def source(*paths: Path, mapping: EventMapping = MAPPING) -> EventFiles:
    return EventFiles(list(paths), mapping, NOW)


def good(files: EventFiles) -> list[Event]:
    return [row for row in files.events() if not isinstance(row, Rejected)]


def bad(files: EventFiles) -> list[Rejected]:
    return [row for row in files.events() if isinstance(row, Rejected)]


def test_every_form_gives_the_same_events(tmp_path: Path) -> None:
    plain = [
        as_csv(tmp_path / "a.csv"),
        as_json_lines(tmp_path / "a.jsonl"),
        as_parquet(tmp_path / "a.parquet"),
    ]
    events = [good(source(path)) for path in (*plain, packed(plain[0]), packed(plain[1]))]
    assert all(found == events[0] for found in events)
    first, second, third = events[0]
    assert first.type == "view"
    assert first.at == third.at == datetime.fromtimestamp(1_500_000_000, UTC)
    assert json.loads(first.metadata or "") == {"session": "s1"}
    assert (second.value, second.metadata) == (4.5, None)
    assert third.event_id == f"{first.event_id}:2"


def test_users_and_items_are_those_of_good_rows_each_once(tmp_path: Path) -> None:
    files = source(as_csv(tmp_path / "a.csv"))
    assert list(files.items()) == [Item("b1", kind="book"), Item("b2", kind="book")]
    assert list(files.users()) == [User("u1"), User("u2")]
    assert list(files.items()) == [Item("b1", kind="book"), Item("b2", kind="book")]


def test_columns_that_are_not_mapped_are_never_seen(tmp_path: Path) -> None:
    for path in (as_csv(tmp_path / "a.csv"), as_json_lines(tmp_path / "a.jsonl"), as_parquet(tmp_path / "a.parquet")):
        files = source(path)
        assert "10.0.0" not in repr([*files.users(), *files.items(), *good(files)])
    assert "10.0.0" not in bad(files)[0].text, "a Parquet row is read for its mapped columns alone"


def test_files_that_overlap_share_their_events(tmp_path: Path) -> None:
    one, two = as_csv(tmp_path / "1.csv", ROWS[:3]), as_csv(tmp_path / "2.csv", ROWS[2:3] + ROWS[:2])
    ids = [event.event_id for event in good(source(one, two))]
    assert len(ids) == 6
    assert len(set(ids)) == 3


def test_rows_alike_can_be_merged(tmp_path: Path) -> None:
    merged = MAPPING.model_copy(update={"repeats": "merge"})
    ids = [event.event_id for event in good(source(as_csv(tmp_path / "a.csv"), mapping=merged))]
    assert len(ids) == 3
    assert len(set(ids)) == 2


def test_reading_again_gives_the_same(tmp_path: Path) -> None:
    files = source(as_csv(tmp_path / "a.csv"))
    assert list(files.events()) == list(files.events())


def test_a_row_without_time_takes_the_moment_and_keeps_its_id(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "a.csv", [{**ROWS[0], "when": ""}])
    now, later = (EventFiles([path], MAPPING, moment) for moment in (NOW, NOW.replace(year=2027)))
    (first,), (second,) = good(now), good(later)
    assert (first.at, second.at) == (NOW, NOW.replace(year=2027))
    assert first.event_id == second.event_id
    assert now.undated == 1
    assert now.notes() == ["1 events had no time and took 2026-01-01 00:00:00 UTC."]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"who": "nan"}, "the user id is missing"),
        ({"what": ""}, "the item id is missing"),
        ({"what": "x" * 300}, "the item id has more than 256 characters"),
        ({"when": "soon"}, "the time cannot be read"),
        ({"stars": "many"}, "the value is no number"),
        ({"stars": "inf"}, "the value is no finite number"),
        ({"did": "rate"}, "a rating without its value"),
        ({"did": "!"}, "the event type is no name"),
    ],
)
def test_a_bad_row_is_rejected_with_its_line_reason_and_text(
    tmp_path: Path, change: dict[str, object], reason: str
) -> None:
    files = source(as_csv(tmp_path / "a.csv", [ROWS[0], {**ROWS[0], **change}, ROWS[1]]))
    assert len(good(files)) == 2
    (rejected,) = bad(files)
    assert (rejected.file, rejected.line, rejected.reason) == ("a.csv", 3, reason)
    assert "10.0.0.1" in rejected.text


def test_lines_that_are_no_json_are_rejected(tmp_path: Path) -> None:
    path = as_json_lines(tmp_path / "a.jsonl", ROWS[:1])
    nested = "[" * 200_000
    path.write_bytes(path.read_bytes() + b'{"who": \n[1]\n\n{"who":"\xff"}\n' + nested.encode() + b'\n{"who": {}}\n')
    assert [(row.line, row.reason) for row in bad(source(path))] == [
        (2, "the line is no JSON object"),
        (3, "the line is no JSON object"),
        (5, "bytes that are no UTF-8 text"),
        (6, "the line is no JSON object"),
        (7, "a field is neither text nor a number"),
    ]


def test_own_event_ids_are_kept_and_joined(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"u": "1", "i": "2", "id": "e-1", "part": 3}]
    path = as_csv(tmp_path / "a.csv", rows)
    for columns, expected in (("event_id=id", "e-1"), ("event_id=id,event_id=part", "shop:e-1:3")):
        mapping = mapping_of_columns(f"user=u,item=i,{columns}", name="shop")
        assert [event.event_id for event in good(source(path, mapping=mapping))] == [expected]


def test_items_get_title_tags_kind_and_creator(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"u": "1", "i": "2", "name": "", "tags": "a", "sort": "film", "by": "Ann"},
        {"u": "1", "i": "2", "name": "Two", "tags": "a; b;", "sort": "film", "by": "Ann"},
    ]
    mapping = EventMapping.model_validate(
        {
            "tag_separator": ";",
            "columns": {"user": "u", "item": "i", "title": "name", "tags": "tags", "kind": "sort", "creator": "by"},
        }
    )
    files = source(as_csv(tmp_path / "a.csv", rows), mapping=mapping)
    assert list(files.items()) == [Item("2", kind="film", title="Two", tags={"a": 1.0, "b": 1.0}, creator="Ann")]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "a.csv is empty. Expected: a file of the form csv with the columns who"),
        ("a.csv", b"who,what,did\n1,2,3\n", "lacks the columns session, stars, when; it has did, what, who"),
        ("a.csv", b"who,what,did,when,stars,session,who\n", "has the columns who twice"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a binary file or UTF-16"),
        ("a.csv", "who,what\n".encode("utf-16"), "a binary file or UTF-16"),
        ("a.csv.gz", b"\x1f\x8b\x08broken", "is damaged"),
        ("a.jsonl", b'{"user": 1}\n', "lacks the columns what, who; it has user"),
        ("a.jsonl", b"who,what\n", "lacks the columns what, who; it has nothing"),
        ("a.parquet", b"PAR1 no parquet", "cannot be read as Parquet"),
        ("a.txt", b"who what\n", "which form is this"),
    ],
)
def test_a_wrong_file_is_refused_with_what_was_expected(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=said.replace(".", r"\.")):
        source(path)


def test_a_missing_file_and_a_folder_without_pattern_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no file gone\.csv"):
        source(tmp_path / "gone.csv")
    with pytest.raises(SourceError, match="is a folder"):
        source(tmp_path)
    with pytest.raises(SourceError, match=r"has no file like log-\*\.csv; it has nothing"):
        source(tmp_path, mapping=MAPPING.model_copy(update={"files": ("log-*.csv",)}))


def test_rules_see_fields_as_text_and_the_first_that_matches_counts(tmp_path: Path) -> None:
    mapping = EventMapping.model_validate(
        {
            "columns": {"user": "u", "item": "i"},
            "type": "purchase",
            "type_rules": [
                {"type": "return", "where": {"code": "C", "n": "-"}},
                {"type": "skip", "where": {"code": "C"}},
            ],
            "reject_rules": [
                {"reason": "none of it", "where": {"n": "0$"}},
                {"reason": "never reached", "where": {"n": "0"}},
            ],
        }
    )
    fields: list[tuple[object, object]] = [
        ("A", 1),
        ("C1", -2),
        ("C1", 3),
        ("A", 0),
        ("A", 0.0),
        ("A", " 0"),
        ("A", [0]),
    ]
    rows: list[dict[str, object]] = [{"u": 1, "i": 2, "code": code, "n": number} for code, number in fields]
    files = source(as_json_lines(tmp_path / "a.jsonl", rows), mapping=mapping)
    assert [event.type for event in good(files)] == ["purchase", "return", "skip"]
    assert [row.reason for row in bad(files)] == ["none of it"] * 3 + ["a field is neither text nor a number"]
