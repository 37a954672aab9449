// Purpose: the run that serves each model, with its metrics
// Parameters: none
// Columns: model, runId, createdMillis, embeddingSize, users, items, metrics
// Mode: read
CYPHER 25
MATCH (model:Model)-[:ACTIVE]->(run:ModelRun)
RETURN model.name AS model, run.id AS runId, run.createdAt.epochMillis AS createdMillis,
       run.embeddingSize AS embeddingSize, run.users AS users, run.items AS items, run.metrics AS metrics
ORDER BY model
