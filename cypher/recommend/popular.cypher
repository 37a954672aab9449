// Purpose: the most popular items for each ask, none that the user has a preference for. Read in the order of an index,
//   per kind where kinds are named, so that it stops after the first matches; from the tags where those are rare, since
//   walking all items for a few would be long. An ask is [userId or null, kinds, tags, excludeIds,
//   onlyIds or null]; where items are named, those alone are looked at.
//   Scores are decayed to the newest event. `complete`: there are no more, not even items without popularity
// Parameters: asks LIST<LIST<ANY>>, first INTEGER, rareTag INTEGER, halfLifeMillis FLOAT
// Columns: ask, ids, scores, complete
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
UNWIND range(0, size($asks) - 1) AS ask
WITH scale, ask, $asks[ask][1] AS kinds, $asks[ask][2] AS tags, $asks[ask][3] AS excluded, $asks[ask][4] AS only
OPTIONAL MATCH (user:User {id: $asks[ask][0]})
WITH *, CASE WHEN size(tags) = 0 THEN 0
             ELSE reduce(n = 0, found IN COLLECT { MATCH (tag:Tag) WHERE tag.name IN tags
                                                   RETURN COUNT { (tag)<-[:HAS_TAG]-() } } | n + found) END AS tagged
CALL (user, kinds, tags, excluded, only, tagged) {
  WHEN only IS NOT NULL THEN {
    UNWIND only AS wanted
    MATCH (item:Item {id: wanted})
    WHERE (size(kinds) = 0 OR item.kind IN kinds)
      AND NOT item.id IN excluded
      AND (size(tags) = 0 OR EXISTS { (item)-[:HAS_TAG]->(tag:Tag) WHERE tag.name IN tags })
      AND (user IS NULL OR NOT EXISTS { (user)-[:PREFERS]->(item) })
    WITH DISTINCT item.id AS id, coalesce(item.popularity, 0.0) AS popularity
    ORDER BY popularity DESC, id
    LIMIT $first
    RETURN collect(id) AS ids, collect(popularity) AS popularities, true AS complete
  }
  WHEN size(tags) > 0 AND tagged <= $rareTag THEN {
    MATCH (tag:Tag)<-[:HAS_TAG]-(item:Item)
    WHERE tag.name IN tags
    WITH DISTINCT user, kinds, excluded, item
    WHERE (size(kinds) = 0 OR item.kind IN kinds)
      AND NOT item.id IN excluded
      AND (user IS NULL OR NOT EXISTS { (user)-[:PREFERS]->(item) })
    WITH item.id AS id, coalesce(item.popularity, 0.0) AS popularity
    ORDER BY popularity DESC, id
    LIMIT $first
    RETURN collect(id) AS ids, collect(popularity) AS popularities, true AS complete
  }
  WHEN size(kinds) = 0 THEN {
    MATCH (item:Item)
    WHERE item.popularity > 0
      AND NOT item.id IN excluded
      AND (size(tags) = 0 OR EXISTS { (item)-[:HAS_TAG]->(tag:Tag) WHERE tag.name IN tags })
      AND (user IS NULL OR NOT EXISTS { (user)-[:PREFERS]->(item) })
    WITH item
    ORDER BY item.popularity DESC, item.id
    LIMIT $first
    RETURN collect(item.id) AS ids, collect(item.popularity) AS popularities, false AS complete
  }
  ELSE {
    UNWIND kinds AS kind
    CALL (user, kind, tags, excluded) {
      MATCH (item:Item {kind: kind})
      WHERE item.popularity > 0
        AND NOT item.id IN excluded
        AND (size(tags) = 0 OR EXISTS { (item)-[:HAS_TAG]->(tag:Tag) WHERE tag.name IN tags })
        AND (user IS NULL OR NOT EXISTS { (user)-[:PREFERS]->(item) })
      RETURN item
      ORDER BY item.kind DESC, item.popularity DESC, item.id
      LIMIT $first
    }
    WITH DISTINCT item
    ORDER BY item.popularity DESC, item.id
    LIMIT $first
    RETURN collect(item.id) AS ids, collect(item.popularity) AS popularities, false AS complete
  }
}
RETURN ask, ids, [popularity IN popularities | popularity / scale] AS scores, complete
ORDER BY ask
