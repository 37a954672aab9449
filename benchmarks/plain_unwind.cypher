// Purpose: the textbook way to write events, doing all that ours does: one map per row, idempotent by event id, the
//   pair's preference and the item's popularity added up for the events that are new
// Parameters: rows LIST<MAP>, weights MAP, defaultWeight FLOAT, ratingMidpoint FLOAT, ratingHalfrange FLOAT,
//   halfLifeMillis FLOAT
// Columns: none
// Mode: write
CYPHER 25
UNWIND $rows AS row
MATCH (user:User {id: row.userId})
MATCH (item:Item {id: row.itemId})
MERGE (user)-[event:INTERACTED {eventId: row.eventId}]->(item)
ON CREATE SET event.type = row.type, event.value = row.value, event.at = datetime({epochMillis: row.at}),
              event.fresh = true
WITH row, user, item, event
WHERE event.fresh
REMOVE event.fresh
WITH row, user, item, event,
     CASE row.type
       WHEN 'rate' THEN $weights['rate'] * (row.value - $ratingMidpoint) / $ratingHalfrange
       ELSE coalesce($weights[row.type], $defaultWeight)
     END AS weight
MERGE (user)-[preference:PREFERS]->(item)
ON CREATE SET preference.weight = weight, preference.events = 1, preference.lastAt = event.at
ON MATCH SET
  preference.weight = preference.weight + weight,
  preference.events = preference.events + 1,
  preference.lastAt = CASE WHEN event.at > preference.lastAt THEN event.at ELSE preference.lastAt END
WITH row, item, weight
WHERE weight > 0
SET item.popularity = coalesce(item.popularity, 0.0) + weight * 2 ^ ((row.at - 946684800000) / $halfLifeMillis)
