// Purpose: wait until every index is filled, so that the first query after a migration is not a full scan
// Parameters: seconds INTEGER
// Columns: none
// Mode: write
CYPHER 25
CALL db.awaitIndexes($seconds)
