// Purpose: the next page of events by user and event id; reads no further than the page; the id stays inside,
//   since a source may have made it from the user's
// Parameters: afterSource STRING, afterSecond STRING (both of the last row before, or empty), page INTEGER
// Columns: source, target, second, event, value, at
// Mode: read
CYPHER 25
MATCH (user:User)-[event:INTERACTED]->(item:Item)
USING INDEX user:User(id)
WHERE user.id >= $afterSource AND (user.id > $afterSource OR event.eventId > $afterSecond)
WITH user.id AS source, event.eventId AS second, item, event
ORDER BY source, second LIMIT $page
RETURN source, item.id AS target, second, event.type AS event, event.value AS value, event.at.epochMillis AS at
