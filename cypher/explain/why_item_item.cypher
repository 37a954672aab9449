// Purpose: which liked item carries most of an item's score by the learned item-item model, by the rule of
//   recommend/item_item. `share` is its part of all that speaks for the item: some edges of the form ease speak against.
//   An item that the user has come to like since is no evidence for itself
// Parameters: model STRING, runId STRING (null: the active run), userIds LIST<STRING>, itemIds LIST<STRING>
//   (of the same length), historyWalk INTEGER, historyCap INTEGER
// Columns: position, itemId, itemTitle, knownId, knownTitle, weight, similarity, share, score
// Mode: read
CYPHER 25
MATCH (:Model {name: $model})-[:ACTIVE]->(active:ModelRun)
MATCH (run:ModelRun {id: coalesce($runId, active.id), status: 'ready'})
WITH run.model + '_' + run.slot AS slot
UNWIND range(0, size($userIds) - 1) AS position
MATCH (user:User {id: $userIds[position]})
MATCH (item:Item {id: $itemIds[position]})
CALL (user, item, slot) {
  CALL (user, item) {
    MATCH (user)-[liked:PREFERS]->(known)
    WITH item, liked, known
    LIMIT $historyWalk
    WITH item, liked, known
    WHERE liked.weight > 0 AND known <> item
    RETURN known, liked.weight AS weight
    ORDER BY weight DESC, liked.lastAt DESC, known.id
    LIMIT $historyCap
  }
  MATCH (known)-[edge:SIMILAR]->(item)
  WHERE edge.by = slot
  WITH known, weight, edge.score AS part
  ORDER BY part DESC, known.id
  WITH collect([known, weight, part]) AS evidence, sum(part) AS score,
    sum(CASE WHEN part > 0 THEN part ELSE 0.0 END) AS speaksFor
  WHERE score > 0
  RETURN evidence[0] AS best, speaksFor, score
}
RETURN
  position,
  item.id AS itemId,
  item.title AS itemTitle,
  best[0].id AS knownId,
  best[0].title AS knownTitle,
  best[1] AS weight,
  best[2] AS similarity,
  best[2] / speaksFor AS share,
  score
