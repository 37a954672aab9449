// Purpose: some of the ids that no user has
// Parameters: userIds LIST<STRING>, first INTEGER
// Columns: userId
// Mode: read
CYPHER 25
UNWIND $userIds AS userId
WITH userId
WHERE NOT EXISTS { (:User {id: userId}) }
RETURN userId
ORDER BY userId
LIMIT $first
