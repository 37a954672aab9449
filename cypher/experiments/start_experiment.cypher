// Purpose: an experiment begins, each of its variants served by a run; all or nothing. No row comes back where one of
//   the runs could not serve, or an experiment of that name goes on. The write to the models waits for a claim of a
//   slot, so that a run that is named here keeps its slot
// Parameters: name STRING, variants LIST<LIST<STRING>> (name of the variant, id of its run)
// Columns: name
// Mode: write
CYPHER 25
MATCH (model:Model)-[:HAS_RUN]->(run:ModelRun)
WHERE run.id IN [variant IN $variants | variant[1]]
SET model.heldAt = datetime()
WITH collect(run) AS runs
WHERE all(variant IN $variants WHERE any(run IN runs WHERE run.id = variant[1] AND run.status = 'ready'))
MERGE (experiment:Experiment {name: $name})
WITH experiment, runs
WHERE experiment.startedAt IS NULL OR experiment.endedAt IS NOT NULL
CALL (experiment) {
  MATCH (experiment)-[:HAS_VARIANT]->(old:Variant)
  DETACH DELETE old
}
SET experiment.startedAt = datetime(), experiment.endedAt = NULL
CALL (experiment, runs) {
  UNWIND $variants AS variant
  UNWIND runs AS run
  WITH experiment, variant, run
  WHERE run.id = variant[1]
  CREATE (experiment)-[:HAS_VARIANT]->(:Variant {name: variant[0]})-[:SERVES]->(run)
}
RETURN experiment.name AS name
