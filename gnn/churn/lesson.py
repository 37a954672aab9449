"""The rows of several cuts put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gnn.churn.table import LabelledTable


@dataclass(frozen=True, slots=True)
class Lesson:
    """`values`: float64[rows, names]; `gone`: bool[rows]; `users`: whose each row is. A user has a row for each cut."""

    names: tuple[str, ...]
    values: NDArray[np.float64]
    gone: NDArray[np.bool_]
    users: NDArray[np.str_]


def lesson_of(tables: Sequence[LabelledTable]) -> Lesson:
    """All rows of the tables, which have the same columns."""
    return Lesson(
        tables[0].table.names,
        np.concatenate([one.table.values for one in tables]),
        np.concatenate([one.gone for one in tables]),
        np.concatenate([np.asarray(one.table.user_ids, dtype=np.str_) for one in tables]),
    )
