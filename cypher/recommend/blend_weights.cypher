// Purpose: the weights that the active run of the blend has learned; no row before its first training
// Parameters: model STRING, runId STRING (null: the active run)
// Columns: weights
// Mode: read
CYPHER 25
MATCH (:Model {name: $model})-[:ACTIVE]->(active:ModelRun)
MATCH (run:ModelRun {id: coalesce($runId, active.id), status: 'ready'})
WHERE run.weights IS NOT NULL
RETURN run.weights AS weights
