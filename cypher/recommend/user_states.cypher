// Purpose: which users exist, and whether each likes anything; ids that no user has give no row
// Parameters: ids LIST<STRING>
// Columns: id, likes
// Mode: read
CYPHER 25
UNWIND $ids AS wanted
MATCH (user:User {id: wanted})
RETURN user.id AS id, EXISTS { (user)-[liked:PREFERS]->() WHERE liked.weight > 0 } AS likes
