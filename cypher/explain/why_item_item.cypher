// Purpose: which liked item carries most of an item's score by the learned item-item model, by the rule of
//   recommend/item_item. `share` is its part of all that speaks for the item: some edges of the form ease speak against.
//   An item that the user has come to like since is no evidence for itself
// Parameters: model STRING, runId STRING (null: the active run), userIds LIST<STRING>, itemIds LIST<STRING>,
//   likes LIST<LIST<ANY>> (of the same length; one that is not null is taken as in recommend/item_item), historyWalk INTEGER, historyCap INTEGER
// Columns: position, itemId, itemTitle, knownId, knownTitle, weight, similarity, share, score
// Mode: read
CYPHER 25
MATCH (:Model {name: $model})-[:ACTIVE]->(active:ModelRun)
MATCH (run:ModelRun {id: coalesce($runId, active.id), status: 'ready'})
WITH run.model + '_' + run.slot AS slot
UNWIND range(0, size($userIds) - 1) AS position
OPTIONAL MATCH (user:User {id: $userIds[position]})
MATCH (item:Item {id: $itemIds[position]})
LET likes = $likes[position]
CALL (user, item, slot, likes) {
  CALL (user, item, likes) {
    CALL (user, likes) {
      WHEN likes IS NULL THEN {
        MATCH (user)-[liked:PREFERS]->(known)
        WITH liked, known
        LIMIT $historyWalk
        WITH liked, known
        WHERE liked.weight > 0
        RETURN known, liked.weight AS weight, liked.lastAt.epochMillis AS lastAt, 1.0 AS decay
      }
      ELSE {
        UNWIND likes AS given
        MATCH (known:Item {id: given[0]})
        RETURN known, given[1] AS weight, given[2] AS lastAt, given[3] AS decay
      }
    }
    WITH *
    WHERE known <> item
    RETURN known, weight, decay
    ORDER BY weight DESC, lastAt DESC, known.id
    LIMIT $historyCap
  }
  MATCH (known)-[edge:SIMILAR]->(item)
  WHERE edge.by = slot
  WITH known, weight, edge.score AS similarity, edge.score * decay AS part
  ORDER BY part DESC, known.id
  WITH collect([known, weight, similarity, part]) AS evidence, sum(part) AS score,
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
  best[3] / speaksFor AS share,
  score
