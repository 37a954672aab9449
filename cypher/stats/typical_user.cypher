// Purpose: one user to show recommendations for: the first by id of those with some history, none of them extreme
// Parameters: least INTEGER, most INTEGER
// Columns: userId
// Mode: read
CYPHER 25
MATCH (user:User)
WHERE $least <= COUNT { (user)-[:PREFERS]->() } <= $most
RETURN user.id AS userId
ORDER BY size(userId), userId
LIMIT 1
