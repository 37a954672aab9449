import csv
import json
import stat
from pathlib import Path

import pytest

from graph.errors import SourceError
from loaders.rejects import LONGEST_TEXT, RejectsFile
from loaders.source import Rejected


def test_csv_keeps_every_row_as_it_was(tmp_path: Path) -> None:
    rows = [Rejected("a.csv", 3, "no user", '1,"x\ny",'), Rejected("a.csv", 9, "no time", "é;\udcff")]
    with RejectsFile(tmp_path / "deep" / "rejects.csv") as rejects:
        for row in rows:
            rejects.add(row)
    with rejects.path.open(newline="", encoding="utf-8") as file:
        read = list(csv.reader(file))
    assert read == [
        ["file", "line", "reason", "text"],
        ["a.csv", "3", "no user", '1,"x\ny",'],
        ["a.csv", "9", "no time", "é;\\udcff"],
    ]


def test_json_lines_by_the_ending(tmp_path: Path) -> None:
    with RejectsFile(tmp_path / "rejects.jsonl") as rejects:
        rejects.add(Rejected("a", 1, "bad", "tëxt"))
    assert json.loads(rejects.path.read_text(encoding="utf-8")) == {
        "file": "a",
        "line": 1,
        "reason": "bad",
        "text": "tëxt",
    }


def test_counts_by_reason_most_frequent_first(tmp_path: Path) -> None:
    with RejectsFile(tmp_path / "rejects.csv") as rejects:
        for reason in ("b", "a", "a"):
            rejects.add(Rejected("f", 1, reason, ""))
        assert rejects.count == 3
        assert list(rejects.reasons.items()) == [("a", 2), ("b", 1)]


def test_tells_of_this_load_alone(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    for reason in ("old", "new"):
        with RejectsFile(path) as rejects:
            rejects.add(Rejected("f", 1, reason, ""))
    assert "old" not in path.read_text()
    with RejectsFile(path):
        pass
    assert not path.exists()


def test_only_the_owner_reads_it_and_long_rows_are_cut(tmp_path: Path) -> None:
    with RejectsFile(tmp_path / "rejects.csv") as rejects:
        rejects.add(Rejected("f", 1, "long", "x" * (LONGEST_TEXT + 5)))
    assert stat.S_IMODE(rejects.path.stat().st_mode) == 0o600
    assert "(5 more characters)" in rejects.path.read_text()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SourceError, match="--rejects"), RejectsFile(tmp_path / "file" / "rejects.csv") as rejects:
        rejects.add(Rejected("f", 1, "x", ""))
