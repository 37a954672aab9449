// Purpose: what each item is like: its SIMILAR edges, one kind of similarity after the other, then, if they are too few
//   and `fill`, the most popular items of its kind. Ids that no item has give no row
// Parameters: ids LIST<STRING>, order LIST<STRING>, first INTEGER, fill BOOLEAN, halfLifeMillis FLOAT
// Columns: position, ids, scores
// Mode: read
CYPHER 25
CALL () {
  MATCH ()-[event:INTERACTED]->()
  WHERE event.at IS NOT NULL
  RETURN event.at AS newest
  ORDER BY newest DESC
  LIMIT 1
}
WITH collect(newest) AS moments
WITH CASE size(moments)
       WHEN 0 THEN 1.0
       ELSE 2.0 ^ ((moments[0].epochMillis - datetime('2000-01-01T00:00:00Z').epochMillis) / $halfLifeMillis)
     END AS scale
UNWIND range(0, size($ids) - 1) AS position
MATCH (item:Item {id: $ids[position]})
CALL (item) {
  UNWIND range(0, size($order) - 1) AS layer
  MATCH (item)-[edge:SIMILAR]->(other)
  WHERE edge.by = $order[layer]
  WITH layer, edge.score AS score, other
  ORDER BY layer, score DESC, other.id
  WITH other, head(collect(layer)) AS layer, head(collect(score)) AS score
  ORDER BY layer, score DESC, other.id
  LIMIT $first
  RETURN collect(other.id) AS near, collect(score) AS nearScores
}
CALL (item, near) {
  WHEN $fill AND size(near) < $first THEN {
    MATCH (other:Item {kind: item.kind})
    WHERE other.popularity > 0 AND other <> item AND NOT other.id IN near
    WITH other
    ORDER BY other.kind DESC, other.popularity DESC, other.id
    LIMIT $first
    RETURN collect(other.id) AS more, collect(other.popularity) AS popularities
  }
  ELSE { RETURN [] AS more, [] AS popularities }
}
RETURN position, (near + more)[..$first] AS ids,
       (nearScores + [popularity IN popularities | popularity / scale])[..$first] AS scores
ORDER BY position
