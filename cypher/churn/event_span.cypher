// Purpose: when the first and the last event was that happened by a moment (null: none); both from the index of times
// Parameters: nowMillis INTEGER
// Columns: oldestMillis, newestMillis
// Mode: read
CYPHER 25
OPTIONAL CALL () {
  MATCH ()-[event:INTERACTED]->()
  WHERE event.at <= datetime({epochMillis: $nowMillis})
  RETURN event.at AS oldest
  ORDER BY oldest
  LIMIT 1
}
OPTIONAL CALL () {
  MATCH ()-[event:INTERACTED]->()
  WHERE event.at <= datetime({epochMillis: $nowMillis})
  RETURN event.at AS newest
  ORDER BY newest DESC
  LIMIT 1
}
RETURN oldest.epochMillis AS oldestMillis, newest.epochMillis AS newestMillis
