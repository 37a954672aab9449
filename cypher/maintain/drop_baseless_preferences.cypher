// Purpose: delete the preferences that no event stands behind any more
// Parameters: batchSize INTEGER
// Columns: dropped
// Mode: write
CYPHER 25
MATCH (user:User)-[preference:PREFERS]->(item:Item)
WHERE NOT EXISTS { (user)-[:INTERACTED]->(item) }
CALL (preference) {
  DELETE preference
} IN TRANSACTIONS OF $batchSize ROWS
RETURN count(*) AS dropped
