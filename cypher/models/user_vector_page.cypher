// Purpose: the users that have a vector, one page in the order of their ids
// Parameters: property STRING, after STRING, size INTEGER
// Columns: id, vector
// Mode: read
CYPHER 25
MATCH (user:User)
WHERE user.id > $after AND user[$property] IS NOT NULL
RETURN user.id AS id, user[$property] AS vector
ORDER BY id
LIMIT $size
