// Purpose: delete every relationship, in batches
// Parameters: batchSize INTEGER
// Columns: none
// Mode: write
CYPHER 25
MATCH ()-[relationship]->()
CALL (relationship) { DELETE relationship } IN TRANSACTIONS OF $batchSize ROWS
