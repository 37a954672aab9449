// Purpose: the weights that the active run of the blend has learned; no row before its first training
// Parameters: model STRING
// Columns: weights
// Mode: read
CYPHER 25
MATCH (:Model {name: $model})-[:ACTIVE]->(run:ModelRun)
WHERE run.weights IS NOT NULL
RETURN run.weights AS weights
