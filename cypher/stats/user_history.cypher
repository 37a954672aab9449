// Purpose: the newest events of users; of a user with more than `budget` events only so many are looked at
// Parameters: userIds LIST<STRING>, first INTEGER, budget INTEGER
// Columns: userId, eventId, itemId, type, atMillis, value, platform, metadata
// Mode: read
CYPHER 25
UNWIND $userIds AS userId
CALL (userId) {
  MATCH (:User {id: userId})-[event:INTERACTED]->(item:Item)
  WITH event, item
  LIMIT $budget
  RETURN event, item
  ORDER BY event.at DESC, event.eventId
  LIMIT $first
}
RETURN userId, event.eventId AS eventId, item.id AS itemId, event.type AS type, event.at.epochMillis AS atMillis,
       event.value AS value, event.platform AS platform, event.metadata AS metadata
ORDER BY userId, atMillis DESC, eventId
