"""How the columns of an event file become events: read from a TOML file, one that is shipped, or the command line."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator

from graph.errors import SourceError
from loaders.fields import BadRow, TimeForm, checked_type
from loaders.files import listed

SHIPPED = files("loaders") / "mappings"
DEFAULT_TYPE = "view"


def _type(name: str) -> str:
    try:
        return checked_type(name)
    except BadRow as error:
        raise ValueError(f"{name!r}: {error}") from None


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from None
    return text


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Name = Annotated[str, Field(min_length=1, max_length=200)]
TypeName = Annotated[str, AfterValidator(_type)]
Where = dict[Name, Annotated[str, AfterValidator(_pattern)]]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Columns(_Frozen):
    """Which column holds what; columns that are not named here are not read."""

    user: Name = Field(description="User id.")
    item: Name = Field(description="Item id.")
    at: Name | None = Field(None, description="Time of the event.")
    type: Name | None = Field(None, description="Event type.")
    value: tuple[Name, ...] = Field((), description="A number, such as a rating; of several columns their product.")
    event_id: tuple[Name, ...] = Field((), description="What makes an event unique, where the file says it.")
    platform: Name | None = Field(None, description="Where it happened, such as web or ios.")
    metadata: tuple[Name, ...] = Field((), description="Kept as JSON on the event.")
    title: Name | None = Field(None, description="Title of the item.")
    kind: Name | None = Field(None, description="Kind of the item.")
    tags: Name | None = Field(None, description="Tags of the item, joined by tag_separator.")
    creator: Name | None = Field(None, description="Creator of the item.")

    @field_validator("value", "event_id", "metadata", mode="before")
    @classmethod
    def _one_or_more(cls, value: object) -> object:
        return _several(value)

    def named(self) -> list[str]:
        """Every column that is named, once."""
        names: list[str] = []
        for value in self.model_dump().values():
            names.extend((value,) if isinstance(value, str) else value or ())
        return list(dict.fromkeys(names))


class TypeRule(_Frozen):
    """Gives rows a type where every column matches its regular expression (from its start)."""

    type: TypeName
    where: Where = Field(min_length=1)


class RejectRule(_Frozen):
    """Rejects rows where every column matches its regular expression (from its start)."""

    reason: str = Field(min_length=3, max_length=200)
    where: Where = Field(min_length=1)


class EventMapping(_Frozen):
    """The mapping of one sort of event file."""

    name: str = Field("events", pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", description="Starts the ids of its events.")
    files: tuple[Name, ...] = Field((), description="Patterns of file names, for a folder.")
    form: Literal["", "csv", "jsonl", "parquet"] = Field("", description="Empty: by the file's ending.")
    delimiter: str = Field(",", min_length=1, max_length=1, description="Between the fields of CSV.")
    encoding: Literal["utf-8-sig", "latin-1", "cp1252"] = Field("utf-8-sig", description="Of CSV.")
    time: TimeForm = Field("auto", description="auto tells ISO 8601, epoch seconds and milliseconds apart.")
    missing: frozenset[str] = Field(
        frozenset({"nan", "NaN", "null", "NULL", "None"}), description="Texts that stand for nothing, as does no text."
    )
    kind: Name = Field("item", description="Kind of every item, unless a column says it.")
    platform: Name | None = Field(None, description="Platform of every event, unless a column says it.")
    tag_separator: str = Field("|", min_length=1, max_length=3, description="Between the tags of an item.")
    type: TypeName = Field(DEFAULT_TYPE, description="Type of an event where neither a rule nor a column says it.")
    types: dict[str, TypeName] = Field({}, description="Our names of the file's types; if any, others are rejected.")
    type_rules: tuple[TypeRule, ...] = Field((), description="The first that matches gives the type.")
    reject_rules: tuple[RejectRule, ...] = Field((), description="The first that matches rejects the row.")
    repeats: Literal["number", "merge"] = Field(
        "number", description="Rows alike in every mapped column: number makes each an event, merge makes them one."
    )
    columns: Columns

    @field_validator("files", mode="before")
    @classmethod
    def _one_or_more(cls, value: object) -> object:
        return _several(value)

    def columns_read(self) -> list[str]:
        """Every column that the mapping needs to see; no other is read."""
        of_types = [column for rule in self.type_rules for column in rule.where]
        of_rejects = [column for rule in self.reject_rules for column in rule.where]
        return list(dict.fromkeys([*self.columns.named(), *of_types, *of_rejects]))


def shipped_mappings() -> dict[str, Traversable]:
    """The mappings that come with Edgewise, by name."""
    return {file.name.removesuffix(".toml"): file for file in SHIPPED.iterdir() if file.name.endswith(".toml")}


def read_mapping(named: str) -> EventMapping:
    """The mapping in the TOML file `named`, or the shipped one of that name.

    Raises SourceError that says what is wrong in the file.
    """
    path: Traversable = Path(named)
    shipped = shipped_mappings()
    if not path.is_file():
        if named not in shipped:
            raise SourceError(f"There is no mapping {named}: name a .toml file, or one of {listed(list(shipped))}.")
        path = shipped[named]
    try:
        return checked_mapping(tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"{path.name} is no TOML file: {error}") from error


def mapping_of_columns(assignments: str, **others: object) -> EventMapping:
    """The mapping that `user=personId,item=contentId,…` says; `others` are fields of EventMapping.

    A field given twice, such as `metadata=a,metadata=b`, means both columns. Raises SourceError.
    """
    columns: dict[str, Any] = {}
    for part in assignments.split(","):
        field, equals, column = (piece.strip() for piece in part.partition("="))
        if not (field and equals and column):
            raise SourceError(f"--columns {part!r}: expected FIELD=COLUMN, as in user=personId,item=contentId.")
        columns[field] = [*columns[field], column] if field in columns else [column]
    flat = {field: names[0] if len(names) == 1 else names for field, names in columns.items()}
    return checked_mapping({**others, "columns": flat}, "--columns")


def checked_mapping(values: dict[str, Any], where: str) -> EventMapping:
    """Validate a mapping's values. Raises SourceError that lists what is wrong in `where`."""
    try:
        return EventMapping.model_validate(values)
    except ValidationError as error:
        problems = [
            f"  {'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
            for problem in error.errors(include_input=False, include_url=False)
        ]
        fields = ", ".join(Columns.model_fields)
        message = f"{where} is no mapping of events:\n" + "\n".join(problems) + f"\nColumns can be given for: {fields}."
        raise SourceError(message) from None
