// Purpose: record why a finished run does not serve; it is kept, and may be activated by hand
// Parameters: runId STRING, refusal STRING
// Columns: runId
// Mode: write
CYPHER 25
MATCH (run:ModelRun {id: $runId, status: 'ready'})
SET run.refusal = $refusal
RETURN run.id AS runId
