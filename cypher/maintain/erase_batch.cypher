// Purpose: delete every node and relationship, in batches; the schema stays, and the record of how it was made
// Parameters: batchSize INTEGER
// Columns: none
// Mode: write
CYPHER 25
MATCH (n:!Migration)
CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF $batchSize ROWS
