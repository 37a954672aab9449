// Purpose: empty a slot of users before a run writes it, so that none keeps a vector of an older run
// Parameters: property STRING, batchSize INTEGER
// Columns: none
// Mode: write
CYPHER 25
MATCH (user:User)
WHERE user[$property] IS NOT NULL
CALL (user) { REMOVE user[$property] } IN TRANSACTIONS OF $batchSize ROWS
