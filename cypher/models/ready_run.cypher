// Purpose: a run that could serve, whether it does or not; no row comes back where its vectors are not there
// Parameters: runId STRING
// Columns: model, runId, slot, embeddingSize, users, items, createdAt, placed
// Mode: read
CYPHER 25
MATCH (run:ModelRun {id: $runId, status: 'ready'})
RETURN run.model AS model, run.id AS runId, run.slot AS slot, run.embeddingSize AS embeddingSize,
  run.users AS users, run.items AS items, run.createdAt AS createdAt, coalesce(run.placed, 0) AS placed
