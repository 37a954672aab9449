// Purpose: whether the database takes queries
// Parameters: none
// Columns: answer
// Mode: read
CYPHER 25
RETURN 1 AS answer
