// Purpose: events and different users of each day of a range, straight from the raw events: what statistics would cost
//   without days that are counted, and what they are held against
// Parameters: fromMillis INTEGER, untilMillis INTEGER
// Columns: epochDay, events, active
// Mode: read
CYPHER 25
MATCH (user:User)-[event:INTERACTED]->(:Item)
WHERE event.at >= datetime({epochMillis: $fromMillis}) AND event.at < datetime({epochMillis: $untilMillis})
RETURN event.at.epochMillis / 86400000 AS epochDay, count(*) AS events, count(DISTINCT user) AS active
ORDER BY epochDay
