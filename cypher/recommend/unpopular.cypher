// Purpose: items without any popularity for each ask, by id: what comes after the popular ones where those are too few.
//   An ask is [userId or null, kinds, tags, excludeIds,
//   onlyIds or null]
// Parameters: asks LIST<LIST<ANY>>, first INTEGER
// Columns: ask, ids
// Mode: read
CYPHER 25
UNWIND range(0, size($asks) - 1) AS ask
WITH ask, $asks[ask][1] AS kinds, $asks[ask][2] AS tags, $asks[ask][3] AS excluded, $asks[ask][4] AS only
OPTIONAL MATCH (user:User {id: $asks[ask][0]})
CALL (user, kinds, tags, excluded, only) {
  MATCH (item:Item)
  WHERE item.id IS NOT NULL
    AND coalesce(item.popularity, 0.0) <= 0
    AND (size(kinds) = 0 OR item.kind IN kinds)
    AND NOT item.id IN excluded
    AND (only IS NULL OR item.id IN only)
    AND (size(tags) = 0 OR EXISTS { (item)-[:HAS_TAG]->(tag:Tag) WHERE tag.name IN tags })
    AND (user IS NULL OR NOT EXISTS { (user)-[:PREFERS]->(item) })
  WITH item.id AS id
  ORDER BY id
  LIMIT $first
  RETURN collect(id) AS ids
}
RETURN ask, ids
ORDER BY ask
