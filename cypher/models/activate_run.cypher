// Purpose: let a finished run serve from now on, in one write; activating an older run is the way back.
//   No row comes back for a run that is not ready: unfinished, failed, or its slot has been written over
// Parameters: runId STRING
// Columns: model, slot
// Mode: write
CYPHER 25
MATCH (model:Model)-[:HAS_RUN]->(run:ModelRun {id: $runId, status: 'ready'})
SET model.activatedAt = datetime(), run.activatedAt = datetime()
WITH model, run
CALL (model) {
  MATCH (model)-[active:ACTIVE]->()
  DELETE active
}
CREATE (model)-[:ACTIVE {since: datetime()}]->(run)
RETURN model.name AS model, run.slot AS slot
