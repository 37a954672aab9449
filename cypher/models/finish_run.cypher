// Purpose: a run's vectors are written and checked: it may be activated
// Parameters: runId STRING, embeddingSize INTEGER, users INTEGER, items INTEGER, preferences INTEGER, seconds FLOAT,
//   dataCutMillis INTEGER, metrics STRING (JSON)
// Columns: runId
// Mode: write
CYPHER 25
MATCH (run:ModelRun {id: $runId, status: 'writing'})
SET run.status = 'ready', run.finishedAt = datetime(), run.embeddingSize = $embeddingSize, run.users = $users,
  run.items = $items, run.preferences = $preferences, run.seconds = $seconds, run.metrics = $metrics,
  run.dataCut = datetime({epochMillis: $dataCutMillis})
RETURN run.id AS runId
