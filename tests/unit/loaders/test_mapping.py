from pathlib import Path

import pytest

from graph.errors import SourceError
from graph.settings import EVENT_WEIGHTS
from loaders.mapping import EventMapping, mapping_of_columns, read_mapping, shipped_mappings


def test_shipped_mappings_read_and_give_types_that_have_weights() -> None:
    assert set(shipped_mappings()) == {"deskdrop", "online-retail"}
    for name in shipped_mappings():
        mapping = read_mapping(name)
        assert mapping.name == name
        assert mapping.files
        given = {mapping.type, *mapping.types.values(), *(rule.type for rule in mapping.type_rules)}
        assert given <= set(EVENT_WEIGHTS)


def test_no_personal_column_of_the_data_sets_is_read() -> None:
    for name in shipped_mappings():
        personal = {"userAgent", "userRegion", "userCountry", "Country"}
        assert not personal & set(read_mapping(name).columns_read())


def test_the_command_line_says_the_same_as_a_file(tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text('[columns]\nuser = "u"\nitem = "i"\nvalue = ["price", "count"]\nmetadata = "session"\n')
    assert mapping_of_columns("user=u, item=i,value=price,value=count,metadata=session") == read_mapping(str(file))


def test_columns_are_read_once_in_order() -> None:
    mapping = EventMapping.model_validate(
        {
            "columns": {"user": "u", "item": "i", "value": ["a", "b"], "metadata": ["a"]},
            "reject_rules": [{"reason": "not wanted", "where": {"c": "x", "u": "y"}}],
        }
    )
    assert mapping.columns_read() == ["u", "i", "a", "b", "c"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("user = ", "is no TOML file"),
        ("", "columns: Field required"),
        ('[columns]\nuser = "u"', "columns.item: Field required"),
        ('[columns]\nuser = "u"\nitem = "i"\nwhat = "x"', "columns.what: Extra inputs"),
        ('kinds = "x"\n[columns]\nuser = "u"\nitem = "i"', "kinds: Extra inputs"),
        ('time = "julian"\n[columns]\nuser = "u"\nitem = "i"', "time: Input should be 'auto'"),
        (
            '[columns]\nuser = "u"\nitem = "i"\n[[reject_rules]]\nreason = "odd"\nwhere = {a = "("}',
            "no regular express",
        ),
        ('[columns]\nuser = "u"\nitem = "i"\n[types]\nA = "!"', "the event type is no name"),
        ('name = "My Events"\n[columns]\nuser = "u"\nitem = "i"', "name: String should match"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong_in_it(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "m.toml"
    file.write_text(content)
    with pytest.raises(SourceError) as caught:
        read_mapping(str(file))
    assert said in str(caught.value)
    assert "m.toml" in str(caught.value)


def test_an_unknown_mapping_lists_those_that_are_shipped() -> None:
    with pytest.raises(SourceError, match=r"name a \.toml file, or one of deskdrop, online-retail"):
        read_mapping("deskdropp")


@pytest.mark.parametrize("text", ["", "user", "user=", "=u", "user=u,,item=i"])
def test_columns_that_say_nothing_are_refused(text: str) -> None:
    with pytest.raises(SourceError, match="expected FIELD=COLUMN"):
        mapping_of_columns(text)


def test_two_columns_for_one_user_are_refused() -> None:
    with pytest.raises(SourceError, match=r"columns\.user"):
        mapping_of_columns("user=a,user=b,item=i")
