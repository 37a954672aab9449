// Purpose: ask for a run of a job that does one task for what is named; one that still waits for the same is that run
// Parameters: job STRING, runId STRING, task STRING, names LIST<STRING>, nowMillis INTEGER
// Columns: runId
// Mode: write
CYPHER 25
MERGE (run:JobRun {job: $job, status: 'waiting', task: $task, names: $names})
ON CREATE SET run.id = $runId, run.createdAt = datetime({epochMillis: $nowMillis})
RETURN run.id AS runId
