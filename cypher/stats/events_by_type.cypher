// Purpose: how many of the newest events are of each type; walks the index of times from its end, `newest` at most
// Parameters: newest INTEGER
// Columns: type, events, newestMillis
// Mode: read
CYPHER 25
MATCH (:User)-[event:INTERACTED]->(:Item)
WHERE event.at IS :: ZONED DATETIME NOT NULL
WITH event
ORDER BY event.at DESC
LIMIT $newest
RETURN event.type AS type, count(*) AS events, max(event.at).epochMillis AS newestMillis
ORDER BY events DESC, type
