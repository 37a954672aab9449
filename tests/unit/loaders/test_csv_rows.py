import csv
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import SourceError
from loaders.csv_rows import CsvFile, CsvRow
from loaders.source import Rejected

FIELD = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


def rows_of(path: Path, content: str | bytes) -> list[CsvRow | Rejected]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(CsvFile(path).rows())


@given(rows=st.lists(st.tuples(FIELD, FIELD, FIELD), max_size=8), ending=st.sampled_from(["\n", "\r\n"]))
def test_what_a_csv_writer_wrote_comes_back(
    rows: list[tuple[str, str, str]], ending: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=ending, quoting=csv.QUOTE_ALL)
    writer.writerow(["a", "b", "c"])
    writer.writerows(rows)
    read = rows_of(tmp_path_factory.mktemp("csv") / "rows.csv", text.getvalue())
    assert [tuple(row[2]) for row in read if not isinstance(row, Rejected)] == rows
    assert len(read) == len(rows)


def test_lines_are_those_of_an_editor(tmp_path: Path) -> None:
    read = rows_of(tmp_path / "a.csv", 'a,b\n1,x\n\n2,"two\nlines"\n3,z\n')
    assert read == [(2, "1,x", ["1", "x"]), (4, '2,"two\nlines"', ["2", "two\nlines"]), (6, "3,z", ["3", "z"])]


@pytest.mark.parametrize(
    "broken", ['2,"never closed', '2,"closed" too early', "2", "2,y,z"], ids=["open", "early", "narrow", "wide"]
)
def test_a_broken_row_costs_itself_alone(tmp_path: Path, broken: str) -> None:
    read = rows_of(tmp_path / "a.csv", f'a,b\n1,x\n{broken}\n3,z\n4,"q"\n5,w')
    assert [row[2] for row in read if not isinstance(row, Rejected)] == [["1", "x"], ["3", "z"], ["4", "q"], ["5", "w"]]
    assert [(row.line, row.text) for row in read if isinstance(row, Rejected)] == [(3, broken)]


def test_bytes_that_are_no_text_are_rejected_and_kept(tmp_path: Path) -> None:
    read = rows_of(tmp_path / "a.csv", b"a,b\n1,caf\xe9\n2,caf\xc3\xa9\n")
    assert read == [
        Rejected("a.csv", 2, "bytes that are no UTF-8 text", "1,caf\udce9"),
        (3, "2,café", ["2", "café"]),
    ]


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbfa,b\n1,2\n")
    assert CsvFile(path).header() == ["a", "b"]


def test_gzip_is_told_by_its_bytes(tmp_path: Path) -> None:
    assert rows_of(tmp_path / "a.csv", gzip.compress(b"a,b\n1,2\n")) == [(2, "1,2", ["1", "2"])]


def test_a_packed_file_that_is_cut_short_is_no_silent_end(tmp_path: Path) -> None:
    whole = gzip.compress(b"a,b\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(50_000)))
    with pytest.raises(SourceError, match=r"cut short after line \d+"):
        rows_of(tmp_path / "a.csv.gz", whole[: len(whole) // 2])
