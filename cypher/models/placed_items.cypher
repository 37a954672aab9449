// Purpose: the items that were placed in a run after its count of them stood at `after`
// Parameters: runId STRING, property STRING, after INTEGER
// Columns: id, vector
// Mode: read
CYPHER 25
MATCH (run:ModelRun {id: $runId})-[placed:PLACED]->(item:Item)
WHERE placed.number > $after AND item[$property] IS NOT NULL
RETURN item.id AS id, item[$property] AS vector
ORDER BY id
