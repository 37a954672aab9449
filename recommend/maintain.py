"""The batch that serving lives on, from what the graph holds: popularity, trends, tags, SIMILAR edges, new items."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import uuid4

import numpy as np
from scipy import sparse

from graph.after_ingest import rebuild_popularity
from graph.client import Graph
from graph.settings import PopularitySettings, PreferenceSettings
from graph.similarity import (
    Neighbours,
    graph_counts,
    item_degrees,
    replace_similar,
    replace_trends,
    weigh_tags,
    window_counts,
)
from graph.training_data import ItemContent, PreferenceArrays, item_contents, positive_preferences
from recommend import co_occurrence, content
from recommend.placing import place_all
from recommend.settings import RecommendSettings
from recommend.similarity import TopK, co_occurrence_top_k, content_top_k, strongest, tag_vectors
from recommend.trending import trend

Progress = Callable[[str], None]
"""Told the name of each step as it begins."""


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What a refresh made. `run` stands on every SIMILAR edge that it wrote; `seconds` maps steps to their times.

    `placed_items`: vectors given to items that came after the trainings, see recommend.placing.
    """

    run: str
    trending_items: int
    co_occurrence_edges: int
    content_edges: int
    placed_items: int
    seconds: dict[str, float]


def refresh(
    graph: Graph,
    settings: RecommendSettings,
    preferences: PreferenceSettings,
    popularity: PopularitySettings,
    progress: Progress = lambda _step: None,
) -> RefreshReport:
    """Rebuild all that is derived for serving. Safe while the API serves, and to repeat after a crash.

    Every item's edges are replaced in one transaction, trends all in one, so serving always finds the old or the new.
    """
    run = uuid4().hex
    steps: dict[str, Callable[[], int]] = {
        "popularity": lambda: _popularity(graph, preferences, popularity),
        "trends": lambda: refresh_trends(graph, settings),
        "tags": lambda: _tags(graph),
        "similar by co-occurrence": lambda: refresh_co_occurrence(graph, settings, run),
        "similar by content": lambda: refresh_content(graph, settings, run),
        "new items": lambda: place_all(graph),
    }
    made: dict[str, int] = {}
    seconds: dict[str, float] = {}
    for step, work in steps.items():
        progress(step)
        began = time.perf_counter()
        made[step] = work()
        seconds[step] = time.perf_counter() - began
    edges = made["similar by co-occurrence"], made["similar by content"]
    return RefreshReport(run, made["trends"], *edges, made["new items"], seconds)


def refresh_trends(graph: Graph, settings: RecommendSettings) -> int:
    """Set Item.trend from the newest window against the one before; return how many items rise."""
    newest = graph_counts(graph).newest_millis
    if newest is None:
        replace_trends(graph, {})
        return 0
    window = settings.trending_window_millis
    counts = window_counts(graph, newest - 2 * window, newest - window, newest)
    trends = {one.item_id: trend(one.recent, one.previous, settings.trending_smoothing) for one in counts}
    replace_trends(graph, trends)
    return sum(value > 0 for value in trends.values())


def refresh_co_occurrence(graph: Graph, settings: RecommendSettings, run: str) -> int:
    """Replace the SIMILAR edges by co-occurrence; return how many there are."""
    degrees = item_degrees(graph)
    likes = like_matrix(positive_preferences(graph), list(degrees), settings.similar_user_cap)
    lists = co_occurrence_top_k(
        likes,
        np.fromiter(degrees.values(), dtype=np.int64, count=len(degrees)),
        settings.similar_top_k,
        measure=settings.similarity,
        shrink=settings.similarity_shrink,
        users=graph_counts(graph).users,
    )
    return replace_similar(graph, _named(lists, list(degrees)), co_occurrence.BY, run)


def refresh_content(graph: Graph, settings: RecommendSettings, run: str) -> int:
    """Replace the SIMILAR edges by content; return how many there are."""
    contents = item_contents(graph)
    lists = content_top_k(tag_vectors(tag_matrix(contents), settings.similar_tag_cap), settings.similar_content_top_k)
    return replace_similar(graph, _named(lists, [one.item_id for one in contents]), content.BY, run)


def like_matrix(preferences: PreferenceArrays, item_ids: Sequence[str], most: int) -> sparse.csr_array:
    """0/1 float64[users, items]: each user's `most` strongest likes, over the columns `item_ids`."""
    column = {item_id: k for k, item_id in enumerate(item_ids)}
    known = np.array([column.get(item_id, -1) for item_id in preferences.item_ids], dtype=np.int64)
    items = known[preferences.items] if len(preferences) else np.empty(0, dtype=np.int64)
    weights = preferences.weights.astype(np.float64)
    kept = strongest(preferences.users, weights, preferences.last_at, most) & (items >= 0)
    users, items = preferences.users[kept], items[kept]
    shape = (len(preferences.user_ids), len(item_ids))
    return sparse.csr_array((np.ones(len(users)), (users, items)), shape=shape)


def tag_matrix(contents: Sequence[ItemContent]) -> sparse.csr_array:
    """float64[items, tags]: weights of tags, rows in the order of `contents`, columns by tag name."""
    names = sorted({name for one in contents for name in one.tags})
    column = {name: k for k, name in enumerate(names)}
    rows = [row for row, one in enumerate(contents) for _ in one.tags]
    columns = [column[name] for one in contents for name in one.tags]
    weights = [weight for one in contents for weight in one.tags.values()]
    return sparse.csr_array((weights, (rows, columns)), shape=(len(contents), len(names)), dtype=np.float64)


def _named(lists: Iterator[TopK], item_ids: Sequence[str]) -> Iterator[Neighbours]:
    for one in lists:
        ids = [item_ids[other] for other in one.others.tolist()]
        yield Neighbours(item_ids[one.row], ids, one.scores.tolist())


def _popularity(graph: Graph, preferences: PreferenceSettings, popularity: PopularitySettings) -> int:
    rebuild_popularity(graph, preferences, popularity)
    return 0


def _tags(graph: Graph) -> int:
    weigh_tags(graph)
    return 0
