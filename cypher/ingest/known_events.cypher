// Purpose: which of these events the graph has
// Parameters: eventIds LIST<STRING>
// Columns: eventId
// Mode: read
CYPHER 25
MATCH ()-[event:INTERACTED]->()
WHERE event.eventId IN $eventIds
RETURN event.eventId AS eventId
