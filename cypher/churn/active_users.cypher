// Purpose: what users did before a moment, one page of users in the order of their ids: all of it and, of that, what
//   falls into the window before the moment. Looks at nothing that came later
// Parameters: after STRING, size INTEGER, cutMillis INTEGER, windowMillis INTEGER, passive LIST<STRING>
// Columns: userId, events, inWindow
// Mode: read
CYPHER 25
MATCH (user:User)
WHERE user.id > $after
WITH user
ORDER BY user.id
LIMIT $size
CALL (user) {
  MATCH (user)-[event:INTERACTED]->(:Item)
  WHERE event.at < datetime({epochMillis: $cutMillis}) AND NOT event.type IN $passive
  RETURN count(*) AS events,
    count(CASE WHEN event.at >= datetime({epochMillis: $cutMillis - $windowMillis}) THEN 1 END) AS inWindow
}
RETURN user.id AS userId, events, inWindow
ORDER BY userId
