// Purpose: the run of a model to go back to: of those that could serve and are not held back, the one that served last,
//   or else finished last
// Parameters: model STRING
// Columns: runId
// Mode: read
CYPHER 25
MATCH (model:Model {name: $model})-[:HAS_RUN]->(run:ModelRun {status: 'ready'})
WHERE NOT EXISTS { (model)-[:ACTIVE]->(run) } AND (run.refusal IS NULL OR run.activatedAt IS NOT NULL)
RETURN run.id AS runId
ORDER BY coalesce(run.activatedAt, run.finishedAt) DESC, runId
LIMIT 1
