// Purpose: give items that a run did not learn a vector in its slot; `number` of PLACED counts on with each write, so
//   that who holds a copy of the vectors knows what is new. Nothing is written once the slot was taken over: the write
//   to the run waits for a claim of its slot, and what is read after it is what that has left
// Parameters: runId STRING, property STRING, ids LIST<STRING>, vectors LIST<LIST<FLOAT>>
// Columns: placed
// Mode: write
CYPHER 25
MATCH (run:ModelRun {id: $runId})
SET run.placed = coalesce(run.placed, 0) + size($ids)
WITH run
WHERE run.status = 'ready'
UNWIND range(0, size($ids) - 1) AS k
MATCH (item:Item {id: $ids[k]})
WHERE item[$property] IS NULL OR EXISTS { (run)-[:PLACED]->(item) }
CALL db.create.setNodeVectorProperty(item, $property, $vectors[k])
MERGE (run)-[placed:PLACED]->(item)
SET placed.number = run.placed
RETURN count(*) AS placed
