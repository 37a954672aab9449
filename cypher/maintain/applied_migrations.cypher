// Purpose: which migrations this graph has had, with the checksum of each statement
// Parameters: none
// Columns: name, checksum
// Mode: read
CYPHER 25
MATCH (migration:Migration)
RETURN migration.name AS name, migration.checksum AS checksum
ORDER BY name
