// Purpose: items that a learned item-item model leads to from what each user likes: the sum of the SIMILAR edges of the
//   active run over up to historyCap liked items, strongest and newest first. Sums of 0 or less are left out; no row
//   comes back if no run serves the model. An ask is [userId or null, kinds, tags, excludeIds,
//   onlyIds or null, likes, own id]; `likes`, unless null, take the place of the user's preferences:
//   [item id, weight, last event, what age leaves of it]
// Parameters: model STRING, runId STRING (null: the active run), asks LIST<LIST<ANY>>, first INTEGER, historyWalk INTEGER,
//   historyCap INTEGER
// Columns: ask, ids, scores
// Mode: read
CYPHER 25
MATCH (:Model {name: $model})-[:ACTIVE]->(active:ModelRun)
MATCH (run:ModelRun {id: coalesce($runId, active.id), status: 'ready'})
WITH run.model + '_' + run.slot AS slot
UNWIND range(0, size($asks) - 1) AS ask
WITH slot, ask, $asks[ask][1] AS kinds, $asks[ask][2] AS tags, $asks[ask][3] AS excluded, $asks[ask][4] AS only,
     $asks[ask][5] AS likes
CALL (slot, ask, kinds, tags, excluded, only, likes) {
  OPTIONAL MATCH (user:User {id: $asks[ask][0]})
  CALL (user, likes) {
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
    RETURN known, decay
    ORDER BY weight DESC, lastAt DESC, known.id
    LIMIT $historyCap
  }
  MATCH (known)-[edge:SIMILAR]->(item)
  WHERE edge.by = slot
  WITH user, item, sum(edge.score * decay) AS score
  WHERE score > 0
  WITH user, item, score
  ORDER BY score DESC, item.id
  WHERE NOT item.id IN excluded
    AND (only IS NULL OR item.id IN only)
    AND (size(kinds) = 0 OR item.kind IN kinds)
    AND (size(tags) = 0 OR EXISTS { (item)-[:HAS_TAG]->(tag) WHERE tag.name IN tags })
    AND NOT EXISTS { (user)-[:PREFERS]->(item) }
  WITH item, score
  ORDER BY score DESC, item.id
  LIMIT $first
  RETURN collect(item.id) AS ids, collect(score) AS scores
}
RETURN ask, ids, scores
ORDER BY ask
