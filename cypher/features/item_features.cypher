// Purpose: what models could know of items as of a moment: events, different users, days since the first and the last event,
//   mean rating, events of the 30 days before; of an item with more than `budget` events only so many are looked at
// Parameters: itemIds LIST<STRING>, cutMillis INTEGER, budget INTEGER
// Columns: itemId, events, users, ageDays, recencyDays, meanRating, recentEvents, tags, similar
// Mode: read
CYPHER 25
UNWIND $itemIds AS itemId
MATCH (item:Item {id: itemId})
CALL (item) {
  MATCH (item)<-[event:INTERACTED]-(user:User)
  WITH event, user
  LIMIT $budget
  WITH event, user
  WHERE event.at < datetime({epochMillis: $cutMillis})
  RETURN count(*) AS events, count(DISTINCT user) AS users,
    ($cutMillis - min(event.at).epochMillis) / 86400000.0 AS ageDays,
    ($cutMillis - max(event.at).epochMillis) / 86400000.0 AS recencyDays,
    avg(CASE event.type WHEN 'rate' THEN event.value END) AS meanRating,
    count(CASE WHEN event.at >= datetime({epochMillis: $cutMillis - 2592000000}) THEN 1 END) AS recentEvents
}
RETURN itemId, events, users, ageDays, recencyDays, meanRating, recentEvents,
  COUNT { (item)-[:HAS_TAG]->() } AS tags, COUNT { (item)-[:SIMILAR]->() } AS similar
