from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from edgewise.evaluate_files import refuse_unusable
from edgewise.evaluate_options import both_files, chosen_strategies, split_plan
from gnn.evaluation.split_plan import SplitPlan
from graph.errors import InputError, UnknownStrategy

NONE: dict[str, Any] = {
    "cut": None,
    "share": None,
    "rolling": None,
    "last": None,
    "seed": 1,
    "test": None,
    "validation": False,
    "known_users": False,
}


def test_options_become_a_plan() -> None:
    assert split_plan("temporal", **NONE) == SplitPlan(seed=1)
    cut = split_plan("temporal", **NONE | {"cut": datetime(2020, 1, 1), "rolling": 3})  # noqa: DTZ001 - as Typer gives
    assert cut == SplitPlan(cut=datetime(2020, 1, 1, tzinfo=UTC), rolling=3, seed=1)
    given = split_plan("temporal", **NONE | {"test": frozenset({("a", "x")}), "validation": True})
    assert given == SplitPlan("given", test=frozenset({("a", "x")}), seed=1, validation=True)


@pytest.mark.parametrize(
    ("split", "options", "said"),
    [
        ("random", {"cut": datetime(2020, 1, 1, tzinfo=UTC)}, "--cut means nothing with --split random; it goes with"),
        ("leave-last", {"rolling": 2}, "--rolling means nothing with --split leave-last"),
        ("temporal", {"last": 2}, "--last means nothing"),
        ("leave-last", {"share": 0.1}, "goes with --split temporal or random"),
        ("temporal", {"last": 1, "test": frozenset({("a", "x")})}, "with a train and a test file"),
        ("random", {"share": 1.0}, "cannot be held out"),
        ("random", {"share": 0.0}, "cannot be held out"),
        ("temporal", {"share": 0.1, "cut": datetime(2020, 1, 1, tzinfo=UTC)}, "both say where to cut"),
    ],
)
def test_options_that_contradict_are_refused(split: Any, options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        split_plan(split, **NONE | options)


def test_a_share_of_train_can_be_chosen_for_the_validation_of_given_files() -> None:
    options = NONE | {"share": 0.1, "validation": True, "test": frozenset({("a", "x")})}
    assert split_plan("temporal", **options).share == 0.1


def test_strategies_are_named_with_commas_or_again_each_once() -> None:
    known = ("popular", "content", "lightgcn")
    assert chosen_strategies(None, known, ("popular",)) == ("popular",)
    assert chosen_strategies(["content, popular", "content"], known, known) == ("content", "popular")
    with pytest.raises(UnknownStrategy, match="no strategy nonsense; choose of content, lightgcn, popular"):
        chosen_strategies(["content,nonsense"], known, known)


def test_one_file_without_the_other_is_refused() -> None:
    assert both_files(None, None) is None
    assert both_files(Path("a"), Path("b")) == (Path("a"), Path("b"))
    with pytest.raises(InputError, match="together"):
        both_files(Path("a"), None)


def test_a_folder_that_cannot_take_the_report_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    refuse_unusable(None)
    refuse_unusable(tmp_path / "new" / "folder")
    assert not (tmp_path / "new").exists()
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(InputError, match="choose another --out"):
            refuse_unusable(path)
