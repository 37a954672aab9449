// Purpose: the next page of events, newest first, between two moments; of one user, of one item, or of some types where
//   these are named (null, or an empty list: any)
// Parameters: userId STRING, itemId STRING, types LIST<STRING>, fromMillis INTEGER, untilMillis INTEGER,
//   afterMillis INTEGER, afterId STRING (of the last row before; at first after all, and empty), first INTEGER
// Columns: userId, eventId, itemId, type, atMillis, value, platform, metadata
// Mode: read
CYPHER 25
CALL () {
  WHEN $userId IS NOT NULL THEN {
    MATCH (user:User {id: $userId})-[event:INTERACTED]->(item:Item)
    WHERE $itemId IS NULL OR item.id = $itemId
    RETURN user, event, item
  }
  WHEN $itemId IS NOT NULL THEN {
    MATCH (item:Item {id: $itemId})<-[event:INTERACTED]-(user:User)
    RETURN user, event, item
  }
  ELSE {
    MATCH (user:User)-[event:INTERACTED]->(item:Item)
    WHERE event.at >= datetime({epochMillis: $fromMillis}) AND event.at < datetime({epochMillis: $untilMillis})
      AND event.at <= datetime({epochMillis: $afterMillis})
    RETURN user, event, item
  }
}
WITH user, event, item
WHERE event.at >= datetime({epochMillis: $fromMillis}) AND event.at < datetime({epochMillis: $untilMillis})
  AND (event.at < datetime({epochMillis: $afterMillis})
    OR (event.at = datetime({epochMillis: $afterMillis}) AND event.eventId > $afterId))
  AND (size($types) = 0 OR event.type IN $types)
WITH user, event, item
ORDER BY event.at DESC, event.eventId
LIMIT $first
RETURN user.id AS userId, event.eventId AS eventId, item.id AS itemId, event.type AS type,
  event.at.epochMillis AS atMillis, event.value AS value, event.platform AS platform, event.metadata AS metadata
ORDER BY atMillis DESC, eventId
