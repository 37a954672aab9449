// Purpose: which liked item carries most of an item's score by co-occurrence, by the rule of recommend/co_occurrence: the
//   part of a liked item is its weight times its similarity, from a SIMILAR edge where the item has them, else from the
//   users in common (`users` of them are in the sample). An item that the user has come to like since is no evidence
//   for itself
// Parameters: userIds LIST<STRING>, itemIds LIST<STRING>, likes LIST<LIST<ANY>> (of the
//   same length; one that is not null is taken as in recommend/co_occurrence), form STRING, measure STRING,
//   shrink FLOAT, historyWalk INTEGER, historyCap INTEGER, walkCap INTEGER, usersCap INTEGER, itemsCap INTEGER
// Columns: position, itemId, itemTitle, knownId, knownTitle, weight, similarity, users, share, score
// Mode: read
CYPHER 25
MATCH (everyone:User)
WITH count(everyone) AS everyone
UNWIND range(0, size($userIds) - 1) AS position
OPTIONAL MATCH (user:User {id: $userIds[position]})
MATCH (item:Item {id: $itemIds[position]})
LET likes = $likes[position]
CALL (user, item, everyone, likes) {
  CALL (user, item, likes) {
    CALL (user, likes) {
      WHEN likes IS NULL THEN {
        MATCH (user)-[liked:PREFERS]->(known:Item)
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
    WITH *
    WHERE known <> item
    RETURN known, weight
    ORDER BY weight DESC, lastAt DESC, known.id
    LIMIT $historyCap
  }
  WITH user, item, everyone, known, weight, $form <> 'online'
    AND EXISTS { (known)-[edge:SIMILAR]->() WHERE edge.by = 'co-occurrence' } AS linked
  CALL (user, item, everyone, known, linked) {
    WHEN linked THEN {
      MATCH (known)-[edge:SIMILAR]->(item)
      WHERE edge.by = 'co-occurrence'
      RETURN edge.score AS similarity, 0 AS users
    }
    WHEN $form <> 'similar' THEN {
      CALL (user, known) {
        MATCH (known)<-[theirs:PREFERS]-(other:User)
        WITH user, theirs, other LIMIT $walkCap
        WITH user, theirs.weight AS strength, other
        ORDER BY strength DESC, other.id
        RETURN collect(CASE WHEN strength > 0 AND coalesce(other <> user, true) THEN other END) AS likers, count(*) AS walked
      }
      UNWIND likers[..$usersCap] AS other
      MATCH (other)-[also:PREFERS]->(item)
      WHERE also.weight > 0
      CALL (item, other) {
        MATCH (other)-[best:PREFERS]->(theirs:Item)
        WITH item, best, theirs LIMIT $walkCap
        WITH item, best, theirs
        WHERE best.weight > 0
        WITH item, theirs ORDER BY best.weight DESC, theirs.id LIMIT $itemsCap
        WITH item, collect(theirs) AS walkedItems
        RETURN item IN walkedItems AS reached
      }
      WITH known, item, everyone, likers, walked, reached WHERE reached
      WITH known, item, everyone, likers, walked, count(*) AS users
      WITH everyone, users,
           users * toFloat(COUNT { (known)<-[:PREFERS]-() }) / walked * size(likers) / size(likers[..$usersCap]) AS common,
           COUNT { (known)<-[:PREFERS]-() } AS knownBy, COUNT { (item)<-[:PREFERS]-() } AS usedBy
      WITH everyone, users, knownBy, usedBy, CASE WHEN common > usedBy THEN usedBy ELSE common END AS common
      RETURN common / (common + $shrink) * CASE $measure
        WHEN 'jaccard' THEN common / (knownBy + usedBy - common)
        WHEN 'lift' THEN common * everyone / (knownBy * usedBy)
        ELSE common / sqrt(toFloat(knownBy) * usedBy)
      END AS similarity, users
    }
    ELSE { UNWIND [] AS nothing RETURN nothing AS similarity, nothing AS users }
  }
  WITH known, weight, similarity, users, weight * similarity AS part
  ORDER BY part DESC, known.id
  WITH collect([known, weight, similarity, users, part]) AS evidence, sum(part) AS score
  WHERE score > 0
  RETURN evidence[0] AS best, score
}
RETURN
  position,
  item.id AS itemId,
  item.title AS itemTitle,
  best[0].id AS knownId,
  best[0].title AS knownTitle,
  best[1] AS weight,
  best[2] AS similarity,
  best[3] AS users,
  best[4] / score AS share,
  score
