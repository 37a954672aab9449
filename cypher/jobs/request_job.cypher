// Purpose: ask for a run of a job that trains some models; one that still waits for the same models is that run
// Parameters: job STRING, runId STRING, models LIST<STRING>, nowMillis INTEGER
// Columns: runId
// Mode: write
CYPHER 25
MERGE (run:JobRun {job: $job, status: 'waiting', models: $models})
ON CREATE SET run.id = $runId, run.createdAt = datetime({epochMillis: $nowMillis})
RETURN run.id AS runId
