// Purpose: the latest runs of every model, newest first
// Parameters: first INTEGER
// Columns: model, runId, slot, status, active, createdAt, seconds, embeddingSize, users, items, preferences, metrics,
//   settings, versions, refusal, error
// Mode: read
CYPHER 25
MATCH (model:Model)-[:HAS_RUN]->(run:ModelRun)
RETURN model.name AS model, run.id AS runId, run.slot AS slot, run.status AS status,
  EXISTS { (model)-[:ACTIVE]->(run) } AS active, run.createdAt AS createdAt, run.seconds AS seconds,
  run.embeddingSize AS embeddingSize, run.users AS users, run.items AS items, run.preferences AS preferences,
  run.metrics AS metrics, run.settings AS settings, run.versions AS versions,
  run.refusal AS refusal, run.error AS error
ORDER BY run.createdAt DESC, runId
LIMIT $first
