// Purpose: the run that serves each model
// Parameters: none
// Columns: model, runId, slot, embeddingSize, users, items, createdAt, placed
// Mode: read
CYPHER 25
MATCH (model:Model)-[:ACTIVE]->(run:ModelRun)
RETURN model.name AS model, run.id AS runId, run.slot AS slot, run.embeddingSize AS embeddingSize,
  run.users AS users, run.items AS items, run.createdAt AS createdAt,
  coalesce(run.placed, 0) AS placed
ORDER BY model
