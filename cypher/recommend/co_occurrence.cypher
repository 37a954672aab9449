// Purpose: items that go with what each user likes: the sum, over the strongest liked items, of weight times similarity.
//   From SIMILAR edges where an item has them; else by walking item, users, items within the caps, where a sample of an
//   item's users stands for all. n likes in common become cosine, jaccard or lift with d, the users that have a
//   preference of either sign for an item, a number that Neo4j keeps. An ask is [userId or null, kinds, tags, excludeIds,
//   onlyIds or null, likes, own id]; `likes`, unless null, take the place of the user's preferences:
//   [item id, weight, last event, what age leaves of it]
// Parameters: asks LIST<LIST<ANY>>, first INTEGER, form STRING, measure STRING, shrink FLOAT, historyWalk INTEGER,
//   historyCap INTEGER, walkCap INTEGER, usersCap INTEGER, itemsCap INTEGER
// Columns: ask, ids, scores
// Mode: read
CYPHER 25
MATCH (everyone:User)
WITH count(everyone) AS everyone
UNWIND range(0, size($asks) - 1) AS ask
WITH everyone, ask, $asks[ask][1] AS kinds, $asks[ask][2] AS tags, $asks[ask][3] AS excluded, $asks[ask][4] AS only,
     $asks[ask][5] AS likes, $asks[ask][6] AS self
OPTIONAL MATCH (user:User {id: $asks[ask][0]})
CALL (user, everyone, kinds, tags, excluded, only, likes, self) {
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
    WITH known, weight, lastAt
    ORDER BY weight DESC, lastAt DESC, known.id
    LIMIT $historyCap
    RETURN collect({item: known, weight: weight, linked: $form <> 'online'
      AND EXISTS { (known)-[edge:SIMILAR]->() WHERE edge.by = 'co-occurrence' }}) AS history
  }
  CALL (self, everyone, history) {
    UNWIND history AS evidence
    WITH evidence.item AS known, evidence.weight AS weight, evidence.linked AS linked
    WHERE linked
    MATCH (known)-[edge:SIMILAR]->(item)
    WHERE edge.by = 'co-occurrence'
    RETURN item, weight * edge.score AS part
    UNION ALL
    UNWIND history AS evidence
    WITH self, everyone, evidence.item AS known, evidence.weight AS weight, evidence.linked AS linked
    WHERE $form <> 'similar' AND NOT linked
    CALL (self, known) {
      MATCH (known)<-[theirs:PREFERS]-(other)
      WITH self, known, theirs, other
      LIMIT $walkCap
      WITH self, known, theirs.weight AS strength, other
      ORDER BY strength DESC, other.id
      WITH known, collect(CASE WHEN strength > 0 AND other.id <> self THEN other END) AS likers, count(*) AS walked
      WITH likers, likers[..$usersCap] AS sample, toFloat(COUNT { (known)<-[:PREFERS]-() }) / walked AS unwalked
      UNWIND sample AS other
      RETURN other, unwalked * size(likers) / size(sample) AS scale
    }
    WITH everyone, other, collect({item: known, weight: weight, scale: scale}) AS shared
    CALL (other) {
      MATCH (other)-[also:PREFERS]->(item)
      WITH also, item
      LIMIT $walkCap
      WITH also, item
      WHERE also.weight > 0
      RETURN item
      ORDER BY also.weight DESC, item.id
      LIMIT $itemsCap
    }
    UNWIND shared AS evidence
    WITH everyone, item, evidence.item AS known, evidence.weight AS weight, sum(evidence.scale) AS common
    WHERE item <> known
    WITH everyone, item, weight, common,
         COUNT { (known)<-[:PREFERS]-() } AS knownBy, COUNT { (item)<-[:PREFERS]-() } AS usedBy
    WITH everyone, item, weight, knownBy, usedBy, CASE WHEN common > usedBy THEN usedBy ELSE common END AS common
    RETURN item, weight * common / (common + $shrink) * CASE $measure
      WHEN 'jaccard' THEN common / (knownBy + usedBy - common)
      WHEN 'lift' THEN common * everyone / (knownBy * usedBy)
      ELSE common / sqrt(toFloat(knownBy) * usedBy)
    END AS part
  }
  WITH user, kinds, tags, excluded, only, item, sum(part) AS score
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
