from __future__ import annotations

import csv
from pathlib import Path

import pytest

from gnn.epoch_log import COLUMNS, logged
from gnn.factors import Epoch
from graph.errors import ConfigurationError


def test_each_epoch_is_a_line_and_a_second_training_follows_the_first(tmp_path: Path) -> None:
    told: list[Epoch] = []
    path = tmp_path / "logs" / "epochs.csv"
    first = Epoch("lightgcn", 1, 2, 0.5, phase="selection", validation=0.25, seconds=1.5, learning_rate=0.01)
    second = Epoch("lightfm", 1, 3)
    for epoch in (first, second):
        logged(told.append, path)(epoch)
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    assert rows == [
        list(COLUMNS),
        ["lightgcn", "learning", "selection", "1", "0.5", "0.25", "1.5", "0.01"],
        ["lightfm", "learning", "fit", "1", "", "", "", ""],
    ]
    assert told == [first, second]


def test_without_a_path_nothing_is_written(tmp_path: Path) -> None:
    told: list[Epoch] = []
    logged(told.append, None)(Epoch("lightgcn", 1, 1))
    assert len(told) == 1
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_written_is_refused_before_the_training(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="Name another file"):
        logged(print, tmp_path)
