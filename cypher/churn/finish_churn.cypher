// Purpose: a model of churn is learned: its run may be activated. It needs no slot, so no run replaces another. The names
//   of its features are those of the lists that its scores hold
// Parameters: runId STRING, classifier STRING (JSON), features LIST<STRING>, users INTEGER, items INTEGER,
//   preferences INTEGER, seconds FLOAT, dataCutMillis INTEGER, metrics STRING (JSON)
// Columns: runId
// Mode: write
CYPHER 25
MATCH (run:ModelRun {id: $runId, status: 'training'})
SET run.status = 'ready', run.finishedAt = datetime(), run.classifier = $classifier, run.features = $features,
  run.embeddingSize = 0, run.users = $users, run.items = $items, run.preferences = $preferences,
  run.seconds = $seconds, run.metrics = $metrics, run.dataCut = datetime({epochMillis: $dataCutMillis})
RETURN run.id AS runId
