// Purpose: the users about whom something new is known since `since`, at most `most` of them
// Parameters: since DATETIME, most INTEGER
// Columns: userId, changed
// Mode: read
CYPHER 25
MATCH (user:User)
WHERE user.changed > $since
RETURN user.id AS userId, user.changed AS changed
LIMIT $most
