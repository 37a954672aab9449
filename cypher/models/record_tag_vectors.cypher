// Purpose: keep with a run by what each tag moves the vector of an item that has it; tags that are gone are left out
// Parameters: runId STRING, rows LIST<LIST<ANY>> (tag name, vector as LIST<FLOAT>)
// Columns: none
// Mode: write
CYPHER 25
MATCH (run:ModelRun {id: $runId})
UNWIND $rows AS row
MATCH (tag:Tag {name: row[0]})
MERGE (run)-[learned:LEARNED]->(tag)
SET learned.vector = row[1]
