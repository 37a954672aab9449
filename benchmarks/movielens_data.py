"""A MovieLens folder as arrays, by the rules that the graph is filled by, read without a database."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from benchmarks.pairs_data import DATA
from graph.settings import PreferenceSettings
from graph.training_data import ItemContent, PreferenceArrays, preference_arrays

MOVIELENS = DATA / "ml-latest-small"


def likes(folder: Path) -> PreferenceArrays:
    """Ratings above the midpoint, by the rule that the graph is filled by."""
    rule = PreferenceSettings()
    users, items, weights, times = [], [], [], []
    with (folder / "ratings.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            weight = rule.weights["rate"] * (float(row["rating"]) - rule.rating_midpoint) / rule.rating_halfrange
            if weight > 0:
                users.append(row["userId"])
                items.append(row["movieId"])
                weights.append(weight)
                times.append(int(row["timestamp"]) * 1000)
    return preference_arrays(users, items, weights, times)


def genres(folder: Path) -> Iterator[ItemContent]:
    """The genres of films as tags."""
    with (folder / "movies.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            names = [] if row["genres"] == "(no genres listed)" else row["genres"].split("|")
            yield ItemContent(row["movieId"], "movie", dict.fromkeys(names, 1.0))
