"""Standard splits as arrays: a folder with train.txt and test.txt, `user item item …` a line, plain or gzipped."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from gnn.given_split import GivenSplit, given_split
from graph.errors import InputError
from graph.records import Event
from graph.training_data import PreferenceArrays, preference_arrays
from loaders.pairs import Pairs

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def standard_split(folder: Path) -> GivenSplit:
    """The split of a folder in the benchmark form. Raises InputError where one of its two files is missing."""
    return given_split(*(_pairs(_file(folder, part)) for part in ("train", "test")))


def _file(folder: Path, part: str) -> Path:
    for name in (f"{part}.txt", f"{part}.txt.gz"):
        if (folder / name).is_file():
            return folder / name
    raise InputError(f"{folder} has neither {part}.txt nor {part}.txt.gz; name a folder with a standard split.")


def _pairs(path: Path) -> PreferenceArrays:
    events = [row for row in Pairs([path], MOMENT).events() if isinstance(row, Event)]
    distinct = sorted({(event.user_id, event.item_id) for event in events})
    users, items = [pair[0] for pair in distinct], [pair[1] for pair in distinct]
    return preference_arrays(users, items, [1.0] * len(distinct), [0] * len(distinct))
