// Purpose: record how a job ended
// Parameters: runId STRING, status STRING, nowMillis INTEGER
// Columns: runId
// Mode: write
CYPHER 25
MATCH (run:JobRun {id: $runId})
SET run.status = $status, run.finishedAt = datetime({epochMillis: $nowMillis})
RETURN run.id AS runId
