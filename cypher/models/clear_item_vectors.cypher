// Purpose: empty a slot of items before a run writes it, so that none keeps a vector of an older run
// Parameters: property STRING, batchSize INTEGER
// Columns: none
// Mode: write
CYPHER 25
MATCH (item:Item)
WHERE item[$property] IS NOT NULL
CALL (item) { REMOVE item[$property] } IN TRANSACTIONS OF $batchSize ROWS
