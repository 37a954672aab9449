// Purpose: record that a training failed, and why; it never serves
// Parameters: runId STRING, error STRING
// Columns: runId
// Mode: write
CYPHER 25
MATCH (run:ModelRun {id: $runId})
WHERE run.status IN ['training', 'writing']
SET run.status = 'failed', run.finishedAt = datetime(), run.error = $error
RETURN run.id AS runId
