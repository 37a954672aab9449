// Purpose: give a run the slot that does not serve; whatever run had it before cannot be activated again.
//   No row comes back while another run of the model is writing, unless that one claimed too long ago to be alive, or
//   while the run that has the slot serves a variant of an experiment
// Parameters: runId STRING, patienceMinutes INTEGER
// Columns: slot
// Mode: write
CYPHER 25
MATCH (model:Model)-[:HAS_RUN]->(run:ModelRun {id: $runId, status: 'training'})
SET model.claimedAt = datetime()
WITH model, run
WHERE NOT EXISTS {
  MATCH (model)-[:HAS_RUN]->(other:ModelRun {status: 'writing'})
  WHERE other.claimedAt > datetime() - duration({minutes: $patienceMinutes})
}
OPTIONAL MATCH (model)-[:ACTIVE]->(active:ModelRun)
WITH model, run, CASE active.slot WHEN 'a' THEN 'b' ELSE 'a' END AS slot
WHERE NOT EXISTS {
  MATCH (model)-[:HAS_RUN]->(:ModelRun {slot: slot, status: 'ready'})<-[:SERVES]-(:Variant)
    <-[:HAS_VARIANT]-(experiment:Experiment)
  WHERE experiment.endedAt IS NULL
}
CALL (model, slot) {
  MATCH (model)-[:HAS_RUN]->(previous:ModelRun {slot: slot})
  WHERE previous.status IN ['ready', 'writing']
  SET previous.status = 'replaced'
}
SET run.slot = slot, run.status = 'writing', run.claimedAt = datetime()
RETURN slot
