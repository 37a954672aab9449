// Purpose: the items that were placed in a run after its count of them stood at `after`, with what filters ask for
// Parameters: runId STRING, property STRING, after INTEGER
// Columns: id, kind, tags, vector
// Mode: read
CYPHER 25
MATCH (run:ModelRun {id: $runId})-[placed:PLACED]->(item:Item)
WHERE placed.number > $after AND item[$property] IS NOT NULL
RETURN item.id AS id, item.kind AS kind, COLLECT { MATCH (item)-[:HAS_TAG]->(tag:Tag) RETURN tag.name } AS tags,
  item[$property] AS vector
ORDER BY id
