// Purpose: the events of every day by type, with the sums of their values; for when many days are to be counted
// Parameters: none
// Columns: epochDay, type, events, value
// Mode: read
CYPHER 25
MATCH (:User)-[event:INTERACTED]->(:Item)
WHERE event.at IS NOT NULL
RETURN event.at.epochMillis / 86400000 AS epochDay, event.type AS type, count(*) AS events,
  sum(coalesce(event.value, 0.0)) AS value
ORDER BY epochDay, type
