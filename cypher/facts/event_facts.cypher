// Purpose: the next page of events as they were recorded, by user and event id; reads no further than the page
// Parameters: afterUser STRING, afterEvent STRING (both of the last row before, or empty), page INTEGER
// Columns: userId, eventId, itemId, type, atMillis, value, platform, metadata
// Mode: read
CYPHER 25
MATCH (user:User)-[event:INTERACTED]->(item:Item)
USING INDEX user:User(id)
WHERE user.id >= $afterUser AND (user.id > $afterUser OR event.eventId > $afterEvent)
WITH user.id AS userId, event.eventId AS eventId, item, event
ORDER BY userId, eventId LIMIT $page
RETURN userId, eventId, item.id AS itemId, event.type AS type, coalesce(event.at.epochMillis, 0) AS atMillis,
       event.value AS value, event.platform AS platform, event.metadata AS metadata
