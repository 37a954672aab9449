// Purpose: what models could know of a user and an item together as of a moment: their events and what these count by the
//   weights of preferences, days since the first and the last, and how many of the item's tags the user has met before. Of
//   a user with more than `budget` events only so many are looked at
// Parameters: userId STRING, itemId STRING, cutMillis INTEGER, budget INTEGER, weights MAP, defaultWeight FLOAT,
//   ratingMidpoint FLOAT, ratingHalfrange FLOAT
// Columns: events, weight, ageDays, recencyDays, sharedTags
// Mode: read
CYPHER 25
MATCH (user:User {id: $userId}), (item:Item {id: $itemId})
CALL (user, item) {
  MATCH (user)-[event:INTERACTED]->(other:Item)
  WITH item, event, other
  LIMIT $budget
  WITH item, event, other
  WHERE event.at < datetime({epochMillis: $cutMillis})
  WITH item, collect(DISTINCT other) AS met, collect(CASE WHEN other = item THEN event END) AS own
  RETURN met, own
}
CALL (own) {
  UNWIND own AS event
  RETURN count(*) AS events, sum(CASE event.type
      WHEN 'rate' THEN $weights['rate'] * (coalesce(event.value, $ratingMidpoint) - $ratingMidpoint) / $ratingHalfrange
      ELSE coalesce($weights[event.type], $defaultWeight)
    END) AS weight,
    ($cutMillis - min(event.at).epochMillis) / 86400000.0 AS ageDays,
    ($cutMillis - max(event.at).epochMillis) / 86400000.0 AS recencyDays
}
RETURN events, toFloat(weight) AS weight, ageDays, recencyDays,
  COUNT { MATCH (item)-[:HAS_TAG]->(tag:Tag) WHERE any(one IN met WHERE EXISTS { (one)-[:HAS_TAG]->(tag) }) RETURN tag }
    AS sharedTags
