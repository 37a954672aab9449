// Purpose: the weights of a blend are learned: its run may be activated. It needs no slot, so no run replaces another
// Parameters: runId STRING, weights STRING (JSON), users INTEGER, items INTEGER, preferences INTEGER, seconds FLOAT,
//   dataCutMillis INTEGER, metrics STRING (JSON)
// Columns: runId
// Mode: write
CYPHER 25
MATCH (run:ModelRun {id: $runId, status: 'training'})
SET run.status = 'ready', run.finishedAt = datetime(), run.weights = $weights, run.embeddingSize = 0,
  run.users = $users, run.items = $items, run.preferences = $preferences, run.seconds = $seconds,
  run.metrics = $metrics, run.dataCut = datetime({epochMillis: $dataCutMillis})
RETURN run.id AS runId
