"""How a run's item vectors follow from content: kept with the run, so that items newer than it can have a vector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graph.client import Graph, Row
from graph.vectors import Vectors

TAGS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ContentMap:
    """An item's vector is `base` plus that of its kind plus, for each tag, its weight times that of the tag.

    All vectors are float32[d], without the coordinate that stored ones end in, which makes each as long as `length`;
    see gnn.inner_product. What `kinds` and `tags` do not name says nothing. Where `only` is not empty, items of other
    kinds are left out.
    """

    base: Vectors
    length: float
    kinds: Mapping[str, Vectors]
    tags: Mapping[str, Vectors]
    only: tuple[str, ...] = ()


def record_content_map(graph: Graph, run_id: str, content_map: ContentMap) -> None:
    """Keep `content_map` with a run, before it serves: tags by relationships to them, the rest as properties."""
    graph.write(
        "models/record_content_map",
        runId=run_id,
        base=content_map.base.tolist(),
        length=content_map.length,
        only=list(content_map.only),
        kinds=list(content_map.kinds),
        kindVectors=[number for vector in content_map.kinds.values() for number in vector.tolist()],
    )
    rows = [[name, vector.tolist()] for name, vector in content_map.tags.items()]
    for start in range(0, len(rows), TAGS_AT_ONCE):
        graph.write("models/record_tag_vectors", runId=run_id, rows=rows[start : start + TAGS_AT_ONCE])


def content_map_of(graph: Graph, run_id: str, tags: Sequence[str]) -> ContentMap | None:
    """The map of a run, of its tags those named in `tags`; None for a run that keeps none, such as an older one."""
    rows = graph.read("models/content_map_of_run", runId=run_id, tags=list(tags))
    return _content_map(rows[0]) if rows else None


def _content_map(row: Row) -> ContentMap:
    base = _vector(row["base"])
    kinds = _vector(row["kindVectors"]).reshape(len(row["kinds"]), len(base))
    return ContentMap(
        base,
        row["length"],
        dict(zip(row["kinds"], kinds, strict=True)),
        {name: _vector(vector) for name, vector in zip(row["tags"], row["tagVectors"], strict=True)},
        tuple(row["only"]),
    )


def _vector(stored: Sequence[float]) -> Vectors:
    return np.asarray(stored, dtype=np.float32)
