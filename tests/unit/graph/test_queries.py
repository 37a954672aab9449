"""A .cypher file that breaks its contract is refused when it is read, with what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.errors import QueryFileError
from graph.queries import Query, load_queries, parse_query, read_folder

GOOD = """\
// Purpose: items that somebody likes,
//   most liked first
// Parameters: userIds LIST<STRING>, first INTEGER
// Columns: itemId, likes (how many)
// Mode: read
CYPHER 25
MATCH (user:User WHERE user.id IN $userIds)-->(item:Item)
// $notAParameter; this is a comment
WHERE item.title <> 'costs $money; "more"'
RETURN item.id AS itemId, count(*) AS likes
LIMIT $first
"""


def test_a_good_file_is_parsed() -> None:
    query = parse_query("recommend/liked", GOOD)
    assert query == Query(
        name="recommend/liked",
        purpose="items that somebody likes, most liked first",
        parameters=("userIds", "first"),
        columns=("itemId", "likes"),
        mode="read",
        text=GOOD[GOOD.index("CYPHER 25") :].strip(),
    )


def test_none_declares_nothing() -> None:
    text = "// Purpose: one\n// Parameters: none\n// Columns: none\n// Mode: write\nCYPHER 25\nMATCH (n) DELETE n"
    query = parse_query("maintain/all", text)
    assert (query.parameters, query.columns, query.mode) == ((), (), "write")


def test_a_type_with_commas_is_one_parameter() -> None:
    declared = GOOD.replace("userIds LIST<STRING>", "userIds LIST<LIST<STRING | INTEGER>> (ids, in order)")
    assert parse_query("recommend/liked", declared).parameters == ("userIds", "first")


@pytest.mark.parametrize("field", ["Purpose", "Parameters", "Columns", "Mode"])
def test_a_missing_field_is_named(field: str) -> None:
    text = GOOD.replace(f"// {field}:", "// Note:").replace("//   most liked first\n", "")
    with pytest.raises(QueryFileError, match=rf"recommend/liked\.cypher: the header lacks {field};"):
        parse_query("recommend/liked", text)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Mode: read", "Mode: reads", r"Mode is 'reads'; use one of read, write, schema"),
        ("CYPHER 25\n", "", "must start with CYPHER 25"),
        ("CYPHER 25\n", "CYPHER 5\n", "must start with CYPHER 25"),
        ("LIMIT $first", "LIMIT $first;", "without a semicolon"),
        ("LIMIT $first", "LIMIT 10", r"undeclared parameters \[\], unused ones \['first'\]"),
        ("LIMIT $first", "SKIP $skip LIMIT $first", r"undeclared parameters \['skip'\], unused ones \[\]"),
        (GOOD[GOOD.index("MATCH") :], "", "there is no statement"),
    ],
)
def test_a_broken_file_is_refused(old: str, new: str, message: str) -> None:
    with pytest.raises(QueryFileError, match=message):
        parse_query("recommend/liked", GOOD.replace(old, new))


def test_a_name_is_used_once_in_all_folders(tmp_path: Path) -> None:
    for folder in ("recommend", "stats"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "liked.cypher").write_text(GOOD)
    with pytest.raises(QueryFileError, match=r"stats/liked\.cypher and recommend/liked\.cypher share a name"):
        read_folder(tmp_path)


def test_files_are_found_by_their_path(tmp_path: Path) -> None:
    (tmp_path / "stats").mkdir()
    (tmp_path / "stats" / "liked.cypher").write_text(GOOD)
    (tmp_path / "stats" / "notes.txt").write_text("not a query")
    assert list(read_folder(tmp_path)) == ["stats/liked"]


def test_our_own_files_keep_the_contract() -> None:
    assert "schema/001_user_id" in load_queries()
