// Purpose: the events of a day by type, with the sum of their values
// Parameters: fromMillis INTEGER, untilMillis INTEGER
// Columns: type, events, value
// Mode: read
CYPHER 25
MATCH (:User)-[event:INTERACTED]->(:Item)
WHERE event.at >= datetime({epochMillis: $fromMillis}) AND event.at < datetime({epochMillis: $untilMillis})
RETURN event.type AS type, count(*) AS events, sum(coalesce(event.value, 0.0)) AS value
ORDER BY type
