// Purpose: write one batch of user vectors, each number in four bytes; a user that is gone by now is left out
// Parameters: property STRING, ids LIST<STRING>, vectors LIST<LIST<FLOAT>>
// Columns: written
// Mode: write
CYPHER 25
UNWIND range(0, size($ids) - 1) AS k
MATCH (user:User {id: $ids[k]})
CALL db.create.setNodeVectorProperty(user, $property, $vectors[k])
RETURN count(*) AS written
