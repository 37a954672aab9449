"""What the batch writes for serving: SIMILAR edges, what tags say, and trends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from graph.client import Graph, Transaction
from graph.paging import keyed_pages

ITEMS_PER_PAGE = 20_000
EDGES_PER_WRITE = 20_000
TAGS_PER_WRITE = 10_000
TRENDS_PER_WRITE = 20_000


@dataclass(frozen=True, slots=True)
class GraphCounts:
    """Sizes, and the moment of the newest event in milliseconds since 1970 (None: there is no event)."""

    users: int
    items: int
    newest_millis: int | None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The items most similar to one, best first; `scores` run parallel to `ids`."""

    item_id: str
    ids: list[str]
    scores: list[float]


@dataclass(frozen=True, slots=True)
class WindowCount:
    """How many different users that like an item touched it in the recent window, and in the one before."""

    item_id: str
    recent: int
    previous: int


def graph_counts(graph: Graph) -> GraphCounts:
    """Users, items, and the newest event; all three without a scan."""
    (row,) = graph.read("maintain/graph_counts")
    return GraphCounts(row["users"], row["items"], row["newestMillis"])


def item_degrees(graph: Graph) -> dict[str, int]:
    """For every item, ordered by id: how many users have a preference of either sign for it. Read in pages."""
    pages = keyed_pages(graph, "maintain/item_degrees", "itemId", ITEMS_PER_PAGE)
    return {row["itemId"]: row["users"] for page in pages for row in page}


def replace_similar(graph: Graph, lists: Iterator[Neighbours], by: str, run: str) -> int:
    """Replace each item's SIMILAR edges of kind `by`; return how many edges these items have now.

    An item's edges change in one transaction, so that readers see the old list or the new, never none or both.
    A list that did not change is not written and keeps the run that made it. Items that are not in `lists` keep
    theirs: send an empty list to remove them. Lists must be ordered by score descending, ties by id ascending.
    One batch is written while the next is taken from `lists`, so that computing and writing overlap.
    """
    edges = 0
    with ThreadPoolExecutor(max_workers=1) as writer:
        writing: Future[None] | None = None
        for batch in batches(lists):
            if writing:
                writing.result()
            writing = writer.submit(_replace_changed, graph, batch, by, run)
            edges += sum(len(one.ids) for one in batch)
        if writing:
            writing.result()
    return edges


def weigh_tags(graph: Graph) -> None:
    """Set `items` and `idf` of every tag, in batches."""
    graph.run_alone("maintain/weigh_tags", batchSize=TAGS_PER_WRITE)


def window_counts(graph: Graph, start: int, middle: int, end: int) -> list[WindowCount]:
    """Activity in (middle, end] against (start, middle], milliseconds since 1970, ordered by item id."""
    rows = graph.read("maintain/window_counts", start=start, middle=middle, end=end)
    return [WindowCount(row["itemId"], row["recent"], row["previous"]) for row in rows]


def replace_trends(graph: Graph, trends: Mapping[str, float]) -> None:
    """Set the trend of these items and take it from all others, in one transaction."""

    def work(transaction: Transaction) -> None:
        stale = {row["itemId"] for row in transaction.run("maintain/trending_items")} - set(trends)
        rows: list[list[object]] = [[item_id, None] for item_id in sorted(stale)]
        rows.extend([item_id, trend] for item_id, trend in trends.items())
        for start in range(0, len(rows), TRENDS_PER_WRITE):
            transaction.run("maintain/set_trends", rows=rows[start : start + TRENDS_PER_WRITE])

    graph.in_transaction(work)


def _replace_changed(graph: Graph, batch: Sequence[Neighbours], by: str, run: str) -> None:
    rows = graph.read("maintain/similar_lists", itemIds=[one.item_id for one in batch], by=by)
    stored = {row["itemId"]: (row["ids"], row["scores"]) for row in rows}
    changed = [[one.item_id, one.ids, one.scores] for one in batch if stored.get(one.item_id) != (one.ids, one.scores)]
    if changed:
        graph.write("maintain/replace_similar", rows=changed, by=by, run=run)


def batches(lists: Iterator[Neighbours]) -> Iterator[Sequence[Neighbours]]:
    """Split into runs of about EDGES_PER_WRITE edges; an item without any counts as one."""
    batch: list[Neighbours] = []
    edges = 0
    for one in lists:
        batch.append(one)
        edges += max(1, len(one.ids))
        if edges >= EDGES_PER_WRITE:
            yield batch
            batch, edges = [], 0
    if batch:
        yield batch
