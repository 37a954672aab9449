"""Which files a bulk import takes, and which it refuses before it starts."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import polars as pl
import pytest

from graph.bulk_import import NODES, RELATIONSHIPS, check_groups, files_of, header_of, options
from graph.errors import SourceError

USERS = "id:ID(User),createdAt:datetime\n"
EVENTS = ":START_ID(User),eventId,type,at:datetime,:END_ID(Item)\n"


def groups_of(folder: Path) -> dict[str, list[Path]]:
    """The files by the name of their group."""
    return {name: files_of(folder, name) for name in (*NODES, *RELATIONSHIPS)}


def test_parts_come_in_order_after_the_whole(tmp_path: Path) -> None:
    for name in ("users-2.csv", "users.csv", "users-1.csv.gz", "users_old.csv", "interacted.csv"):
        (tmp_path / name).touch()
    assert [path.name for path in files_of(tmp_path, "users")] == ["users.csv", "users-1.csv.gz", "users-2.csv"]


def test_each_file_is_a_source_of_its_label(tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text(USERS)
    (tmp_path / "interacted-1.csv").write_text(EVENTS)
    chosen = options(groups_of(tmp_path))
    assert f"--nodes=User={tmp_path / 'users.csv'}" in chosen
    assert f"--relationships=INTERACTED={tmp_path / 'interacted-1.csv'}" in chosen
    assert "--bad-tolerance=0" in chosen


def test_a_folder_without_nodes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "interacted.csv").write_text(EVENTS)
    with pytest.raises(SourceError, match=r"no users.csv or items.csv; the files are users.csv, items.csv, .*prefers"):
        check_groups(tmp_path, groups_of(tmp_path))


def test_a_comma_in_the_path_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "one, two"
    folder.mkdir()
    (folder / "users.csv").write_text(USERS)
    with pytest.raises(SourceError, match="comma"):
        check_groups(folder, groups_of(folder))


@pytest.mark.parametrize(
    ("name", "header", "lacks"),
    [
        ("users.csv", "id,createdAt", "id:ID(User)"),
        ("users.csv", "uid:ID(User)", "id:ID(User)"),
        ("users.csv", "id:ID(Person)", "id:ID(User)"),
        ("users.csv", "", "id:ID(User)"),
        ("interacted.csv", "user,item,eventId,type,at:datetime", ":START_ID(User), :END_ID(Item)"),
        ("interacted.csv", f"{EVENTS.strip().replace('at:datetime', 'at')}", "at:datetime"),
        ("interacted-2.csv", ":START_ID(User),:END_ID(Item),type,at:datetime", "eventId"),
    ],
)
def test_a_file_without_its_columns_is_refused(tmp_path: Path, name: str, header: str, lacks: str) -> None:
    (tmp_path / "users.csv").write_text(USERS)
    (tmp_path / name).write_text(f"{header}\n")
    with pytest.raises(SourceError, match=rf"{name}: the columns lack {re.escape(lacks)}\. It needs"):
        check_groups(tmp_path, groups_of(tmp_path))


def test_types_may_be_written_in_other_ways(tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text("id:ID(User){id-type:string},name\n")
    (tmp_path / "has_tag.csv").write_text(":START_ID(Item),weight:FLOAT,:END_ID(Tag)\n")
    header = ":START_ID(User),:END_ID(Item),eventId:string,type:String, at:DateTime{timezone:UTC},value:double\n"
    (tmp_path / "interacted.csv").write_text(header)
    check_groups(tmp_path, groups_of(tmp_path))


def test_a_packed_header_is_read(tmp_path: Path) -> None:
    path = tmp_path / "users-1.csv.gz"
    path.write_bytes(gzip.compress(USERS.encode()))
    assert header_of(path) == ["id:ID(User)", "createdAt:datetime"]


@pytest.mark.parametrize(("name", "content"), [("users.csv", b"\xff\xfe\x00"), ("users.csv.gz", b"no gzip at all")])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=rf"{name} cannot be read as CSV in UTF-8"):
        header_of(tmp_path / name)


def test_csv_and_parquet_are_not_mixed(tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text(USERS)
    pl.DataFrame({"id:ID(Item)": ["a"], "kind": ["movie"]}).write_parquet(tmp_path / "items.parquet")
    with pytest.raises(SourceError, match="holds both CSV and Parquet"):
        check_groups(tmp_path, groups_of(tmp_path))


def test_columns_of_parquet_need_no_types(tmp_path: Path) -> None:
    pl.DataFrame({"id:ID(Item)": ["a"], "kind": ["movie"]}).write_parquet(tmp_path / "items.parquet")
    pl.DataFrame({":START_ID(Item)": ["a"], ":END_ID(Tag)": ["b"]}).write_parquet(tmp_path / "has_tag.parquet")
    with pytest.raises(SourceError, match=r"has_tag\.parquet: the columns lack weight"):
        check_groups(tmp_path, groups_of(tmp_path))


def test_only_a_file_whose_values_span_lines_is_read_as_such(tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text(USERS)
    (tmp_path / "items.csv").write_text('id:ID(Item),kind,title\nheat,movie,"Heat,\nthe film"\n')
    chosen = options(groups_of(tmp_path))
    assert f"--multiline-fields={tmp_path.resolve() / 'items.csv'}" in chosen
