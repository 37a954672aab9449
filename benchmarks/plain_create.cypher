// Purpose: as plain_unwind, with a look for the event and CREATE in the place of MERGE, which is faster
// Parameters: rows LIST<MAP>, weights MAP, defaultWeight FLOAT, ratingMidpoint FLOAT, ratingHalfrange FLOAT,
//   halfLifeMillis FLOAT
// Columns: none
// Mode: write
CYPHER 25
UNWIND $rows AS row
MATCH (user:User {id: row.userId})
MATCH (item:Item {id: row.itemId})
OPTIONAL MATCH ()-[known:INTERACTED {eventId: row.eventId}]->()
WITH row, user, item, known
WHERE known IS NULL
CREATE (user)-[event:INTERACTED {
  eventId: row.eventId, type: row.type, value: row.value, at: datetime({epochMillis: row.at})
}]->(item)
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
