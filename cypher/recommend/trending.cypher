// Purpose: the items that rise fastest for each ask, none that the user has a preference for; read in the order of an
//   index, per kind where kinds are named. An ask is [userId or null, kinds, tags, excludeIds,
//   onlyIds or null]
// Parameters: asks LIST<LIST<ANY>>, first INTEGER
// Columns: ask, ids, scores
// Mode: read
CYPHER 25
UNWIND range(0, size($asks) - 1) AS ask
WITH ask, $asks[ask][1] AS kinds, $asks[ask][2] AS tags, $asks[ask][3] AS excluded, $asks[ask][4] AS only
OPTIONAL MATCH (user:User {id: $asks[ask][0]})
CALL (user, kinds, tags, excluded, only) {
  WHEN size(kinds) = 0 THEN {
    MATCH (item:Item)
    WHERE item.trend > 0
      AND NOT item.id IN excluded
      AND (only IS NULL OR item.id IN only)
      AND (size(tags) = 0 OR EXISTS { (item)-[:HAS_TAG]->(tag:Tag) WHERE tag.name IN tags })
      AND (user IS NULL OR NOT EXISTS { (user)-[:PREFERS]->(item) })
    WITH item
    ORDER BY item.trend DESC, item.id
    LIMIT $first
    RETURN collect(item.id) AS ids, collect(item.trend) AS scores
  }
  ELSE {
    UNWIND kinds AS kind
    CALL (user, kind, tags, excluded, only) {
      MATCH (item:Item {kind: kind})
      WHERE item.trend > 0
        AND NOT item.id IN excluded
        AND (only IS NULL OR item.id IN only)
        AND (size(tags) = 0 OR EXISTS { (item)-[:HAS_TAG]->(tag:Tag) WHERE tag.name IN tags })
        AND (user IS NULL OR NOT EXISTS { (user)-[:PREFERS]->(item) })
      RETURN item
      ORDER BY item.kind DESC, item.trend DESC, item.id
      LIMIT $first
    }
    WITH DISTINCT item
    ORDER BY item.trend DESC, item.id
    LIMIT $first
    RETURN collect(item.id) AS ids, collect(item.trend) AS scores
  }
}
RETURN ask, ids, scores
ORDER BY ask
