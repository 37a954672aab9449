// Purpose: which items users turned to in the window before the moment, and when last; the neighbours that they share
//   these with, and how far their newest items lie from their others, are worked out from it
// Parameters: userIds LIST<STRING>, cutMillis INTEGER, windowMillis INTEGER, passive LIST<STRING>
// Columns: userId, itemIds, lastMillis
// Mode: read
CYPHER 25
UNWIND $userIds AS userId
CALL (userId) {
  MATCH (:User {id: userId})-[event:INTERACTED]->(item:Item)
  WHERE event.at < datetime({epochMillis: $cutMillis})
    AND event.at >= datetime({epochMillis: $cutMillis - $windowMillis})
    AND NOT event.type IN $passive
  WITH item, max(event.at.epochMillis) AS lastMillis
  RETURN collect(item.id) AS itemIds, collect(lastMillis) AS lastMillis
}
RETURN userId, itemIds, lastMillis
