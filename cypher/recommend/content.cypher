// Purpose: items whose tags are like the user's taste: the cosine of two TF-IDF vectors. A user's is the weighted sum of
//   those of the strongest liked items, each of length 1, cut to its strongest tags; idf is ln(items / items with the
//   tag), so a rare tag says more. Items are found from those tags within the caps. An ask is
//   [userId or null, kinds, tags, excludeIds,
//   onlyIds or null, likes, own id]; `likes`, unless null, take the place of the user's preferences:
//   [item id, weight, last event, what age leaves of it]
// Parameters: asks LIST<LIST<ANY>>, first INTEGER, historyWalk INTEGER, historyCap INTEGER, walkCap INTEGER,
//   tagsCap INTEGER, tagItemsCap INTEGER
// Columns: ask, ids, scores
// Mode: read
CYPHER 25
MATCH (everything:Item)
WITH toFloat(count(everything)) AS everything
UNWIND range(0, size($asks) - 1) AS ask
WITH everything, ask, $asks[ask][1] AS kinds, $asks[ask][2] AS tags, $asks[ask][3] AS excluded, $asks[ask][4] AS only,
     $asks[ask][5] AS likes
OPTIONAL MATCH (user:User {id: $asks[ask][0]})
CALL (user, everything, kinds, tags, excluded, only, likes) {
  CALL (user, likes) {
    CALL (user, likes) {
      WHEN likes IS NULL THEN {
        MATCH (user)-[liked:PREFERS]->(known)
        WITH liked, known
        LIMIT $historyWalk
        WITH liked, known
        WHERE liked.weight > 0
        RETURN known, liked.weight AS weight, liked.lastAt.epochMillis AS lastAt
      }
      ELSE {
        UNWIND likes AS given
        MATCH (known:Item {id: given[0]})
        RETURN known, given[1] AS weight, given[2] AS lastAt
      }
    }
    RETURN known, weight
    ORDER BY weight DESC, lastAt DESC, known.id
    LIMIT $historyCap
  }
  MATCH (known)-[has:HAS_TAG]->(tag)
  WITH user, everything, kinds, tags, excluded, known, weight, tag,
       has.weight * coalesce(tag.idf, log(everything / COUNT { (tag)<-[:HAS_TAG]-() })) AS says
  WITH user, everything, kinds, tags, excluded, known, weight,
       collect({tag: tag, says: says}) AS vector, sqrt(sum(says * says)) AS length
  WHERE length > 0
  UNWIND vector AS entry
  WITH user, everything, kinds, tags, excluded, only, entry.tag AS tag, sum(weight * entry.says / length) AS strength
  ORDER BY round(strength, 12) DESC, tag.name
  LIMIT $tagsCap
  WITH user, everything, kinds, tags, excluded, only,
       collect({tag: tag, strength: strength}) AS profile, sqrt(sum(strength * strength)) AS profileLength
  CALL (user, kinds, tags, excluded, only, profile) {
    WHEN only IS NULL THEN {
      UNWIND profile AS entry
      WITH user, kinds, tags, excluded, entry.tag AS tag
      CALL (user, kinds, tags, excluded, tag) {
        MATCH (tag)<-[:HAS_TAG]-(item)
        WITH user, kinds, tags, excluded, item
        LIMIT $walkCap
        WITH user, kinds, tags, excluded, item, coalesce(item.popularity, 0.0) AS popularity
        ORDER BY popularity DESC, item.id
        WHERE NOT item.id IN excluded
          AND (size(kinds) = 0 OR item.kind IN kinds)
          AND (size(tags) = 0 OR EXISTS { (item)-[:HAS_TAG]->(wanted) WHERE wanted.name IN tags })
          AND NOT EXISTS { (user)-[:PREFERS]->(item) }
        RETURN item
        LIMIT $tagItemsCap
      }
      RETURN DISTINCT item
    }
    ELSE {
      UNWIND only AS named
      MATCH (item:Item {id: named})
      WHERE NOT item.id IN excluded
        AND (size(kinds) = 0 OR item.kind IN kinds)
        AND (size(tags) = 0 OR EXISTS { (item)-[:HAS_TAG]->(wanted) WHERE wanted.name IN tags })
        AND NOT EXISTS { (user)-[:PREFERS]->(item) }
      RETURN DISTINCT item
    }
  }
  MATCH (item)-[has:HAS_TAG]->(tag)
  WITH profile, profileLength, item, tag,
       has.weight * coalesce(tag.idf, log(everything / COUNT { (tag)<-[:HAS_TAG]-() })) AS says
  WITH profileLength, item, sqrt(sum(says * says)) AS length,
       sum(says * coalesce(head([entry IN profile WHERE entry.tag = tag | entry.strength]), 0.0)) AS agreement
  WHERE length > 0 AND agreement > 0
  // Floats are summed in the order of the graph: without rounding, equal items would be in the order of their loading.
  WITH item, round(agreement / (profileLength * length), 12) AS score
  ORDER BY score DESC, item.id
  LIMIT $first
  RETURN collect(item.id) AS ids, collect(score) AS scores
}
RETURN ask, ids, scores
ORDER BY ask
