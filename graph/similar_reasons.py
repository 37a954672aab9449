"""Why two items are alike, many pairs in one round trip."""

from __future__ import annotations

from collections.abc import Sequence

from graph.client import Graph, Row
from graph.records import Explanation, PathEdge, PathNode


def similar_reasons(graph: Graph, pairs: Sequence[tuple[str, str]], by: str | None = None) -> list[Explanation | None]:
    """Why the second item of each pair stands among those similar to the first; None if one of them is gone.

    The path is the SIMILAR edge whose score ranks it; without such an edge it is there for its popularity.
    """
    reasons: list[Explanation | None] = [None] * len(pairs)
    for row in graph.read("explain/similar_reasons", pairs=[list(pair) for pair in pairs], by=by or ""):
        item_id, other_id = pairs[row["pair"]]
        reasons[row["pair"]] = _reason(row, item_id, other_id)
    return reasons


def _reason(row: Row, item_id: str, other_id: str) -> Explanation:
    other = PathNode("Item", other_id, row["otherTitle"])
    if row["by"] is None:
        sentence = f"{row['otherTitle']} is popular among items of the kind {row['otherKind']}"
        return Explanation("popular", sentence, (other,), ())
    nodes = (PathNode("Item", item_id, row["title"]), other)
    return Explanation(row["by"], _sentence(row), nodes, (PathEdge("SIMILAR", row["score"]),))


def _sentence(row: Row) -> str:
    if row["by"] == "content" and row["tags"]:
        return f"{row['otherTitle']} and {row['title']} share {_listed(row['tags'])}"
    if row["by"] == "co-occurrence":
        return f"People who like {row['title']} also like {row['otherTitle']}"
    return f"{row['otherTitle']} is similar to {row['title']}"


def _listed(names: Sequence[str]) -> str:
    """`the tag a`, or `the tags a, b and c`."""
    if len(names) == 1:
        return f"the tag {names[0]}"
    return f"the tags {', '.join(names[:-1])} and {names[-1]}"
