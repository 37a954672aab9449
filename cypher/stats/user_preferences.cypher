// Purpose: the strongest preferences of users, dislikes last; of more than `budget` only so many are looked at
// Parameters: userIds LIST<STRING>, first INTEGER, budget INTEGER
// Columns: userId, itemId, weight, events, lastMillis
// Mode: read
CYPHER 25
UNWIND $userIds AS userId
CALL (userId) {
  MATCH (:User {id: userId})-[prefers:PREFERS]->(item:Item)
  WITH prefers, item
  LIMIT $budget
  RETURN prefers, item
  ORDER BY prefers.weight DESC, item.id
  LIMIT $first
}
RETURN userId, item.id AS itemId, prefers.weight AS weight, prefers.events AS events,
       prefers.lastAt.epochMillis AS lastMillis
ORDER BY userId, weight DESC, itemId
