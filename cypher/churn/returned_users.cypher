// Purpose: the outcome that a model of churn is taught: which users did anything within the horizon after a moment.
//   The one query about churn that looks past it; no feature comes from here
// Parameters: userIds LIST<STRING>, cutMillis INTEGER, horizonMillis INTEGER, passive LIST<STRING>
// Columns: userId
// Mode: read
CYPHER 25
UNWIND $userIds AS userId
MATCH (user:User {id: userId})
WHERE EXISTS {
  MATCH (user)-[event:INTERACTED]->(:Item)
  WHERE event.at >= datetime({epochMillis: $cutMillis})
    AND event.at < datetime({epochMillis: $cutMillis + $horizonMillis}) AND NOT event.type IN $passive
}
RETURN userId
