// Purpose: how many users and items there are, and when the newest event was (null: none)
// Parameters: none
// Columns: users, items, newestMillis
// Mode: read
CYPHER 25
OPTIONAL CALL () {
  MATCH ()-[event:INTERACTED]->()
  WHERE event.at IS NOT NULL
  RETURN event.at AS newest
  ORDER BY newest DESC
  LIMIT 1
}
RETURN COUNT { (:User) } AS users, COUNT { (:Item) } AS items, newest.epochMillis AS newestMillis
