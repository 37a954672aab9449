// Purpose: delete every node and relationship, in batches; the schema stays
// Parameters: batchSize INTEGER
// Columns: none
// Mode: write
CYPHER 25
MATCH (n)
CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF $batchSize ROWS
