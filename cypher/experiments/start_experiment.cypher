// Purpose: an experiment begins; all or nothing. No row comes back where a run that is to serve a variant could not, or an
//   experiment of that name goes on. A variant is [name, share, strategy or null, weights or null, rerank or null, run id
//   or null], a guardrail [metric, worst]. The write to the models waits for a claim of a slot, so that a run that is
//   named here keeps its slot
// Parameters: name STRING, rollout FLOAT, groups LIST<STRING>, guardrails LIST<LIST<ANY>>, startsAt ZONED DATETIME,
//   endsAt ZONED DATETIME, interleaved BOOLEAN, variants LIST<LIST<ANY>>
// Columns: name
// Mode: write
CYPHER 25
OPTIONAL MATCH (model:Model)-[:HAS_RUN]->(run:ModelRun)
WHERE run.id IN [variant IN $variants | variant[5]]
SET model.heldAt = datetime()
WITH collect(run) AS runs
WHERE all(variant IN $variants
  WHERE variant[5] IS NULL OR any(run IN runs WHERE run.id = variant[5] AND run.status = 'ready'))
MERGE (experiment:Experiment {name: $name})
WITH experiment, runs
WHERE experiment.startedAt IS NULL OR experiment.endedAt IS NOT NULL
CALL (experiment) {
  MATCH (experiment)-[:HAS_VARIANT]->(old:Variant)
  DETACH DELETE old
}
SET experiment.startedAt = datetime(), experiment.endedAt = NULL, experiment.rollout = $rollout,
  experiment.groups = $groups, experiment.startsAt = $startsAt, experiment.endsAt = $endsAt,
  experiment.interleaved = $interleaved,
  experiment.guarded = [one IN $guardrails | one[0]], experiment.worst = [one IN $guardrails | toFloat(one[1])]
CALL (experiment, runs) {
  UNWIND range(0, size($variants) - 1) AS place
  WITH experiment, runs, place, $variants[place] AS variant
  CREATE (experiment)-[:HAS_VARIANT]->(made:Variant {
    name: variant[0], place: place, share: variant[1], strategy: variant[2], weights: variant[3], rerank: variant[4]
  })
  WITH made, [run IN runs WHERE run.id = variant[5]] AS serving
  FOREACH (run IN serving | CREATE (made)-[:SERVES]->(run))
}
RETURN experiment.name AS name
