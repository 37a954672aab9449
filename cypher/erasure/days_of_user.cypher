// Purpose: when something of a user happened: of each day one moment, of events and of answers
// Parameters: userId STRING
// Columns: about, millis, day
// Mode: read
CYPHER 25
MATCH (user:User {id: $userId})
CALL (user) {
  MATCH (user)-[event:INTERACTED]->(:Item)
  WHERE event.at IS NOT NULL
  RETURN 'events' AS about, event.at.epochMillis AS millis
  UNION ALL
  MATCH (user)-[:WAS_SHOWN]->(answer:Answer)
  RETURN 'answers' AS about, answer.at.epochMillis AS millis
}
RETURN about, min(millis) AS millis, millis / 86400000 AS day
ORDER BY about, day
