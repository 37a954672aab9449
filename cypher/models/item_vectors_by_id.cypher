// Purpose: the vectors of the given items; those without one are left out
// Parameters: property STRING, ids LIST<STRING>
// Columns: id, vector
// Mode: read
CYPHER 25
UNWIND $ids AS id
MATCH (item:Item {id: id})
WHERE item[$property] IS NOT NULL
RETURN id, item[$property] AS vector
