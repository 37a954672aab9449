// Purpose: the vectors of the given users; those without one are left out
// Parameters: property STRING, ids LIST<STRING>
// Columns: id, vector
// Mode: read
CYPHER 25
UNWIND $ids AS id
MATCH (user:User {id: id})
WHERE user[$property] IS NOT NULL
RETURN id, user[$property] AS vector
