// Purpose: how much users look around in the window before the moment: different items, kinds and tags, and the share
//   of events that go to an item which the window has already
// Parameters: userIds LIST<STRING>, cutMillis INTEGER, windowMillis INTEGER, passive LIST<STRING>
// Columns: userId, items, kinds, tags, repeatShare
// Mode: read
CYPHER 25
UNWIND $userIds AS userId
CALL (userId) {
  MATCH (:User {id: userId})-[event:INTERACTED]->(item:Item)
  WHERE event.at < datetime({epochMillis: $cutMillis})
    AND event.at >= datetime({epochMillis: $cutMillis - $windowMillis})
    AND NOT event.type IN $passive
  WITH item, count(*) AS events
  WITH collect(item) AS found, count(DISTINCT item.kind) AS kinds, sum(events) AS events
  RETURN size(found) AS items, kinds,
    COUNT { UNWIND found AS item MATCH (item)-[:HAS_TAG]->(tag:Tag) RETURN DISTINCT tag } AS tags,
    CASE WHEN events > 0 THEN 1.0 - toFloat(size(found)) / events END AS repeatShare
}
RETURN userId, items, kinds, tags, repeatShare
