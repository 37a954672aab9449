// Purpose: the run of a job that has been waiting longest, with the models that it is asked to train
// Parameters: job STRING
// Columns: runId, models
// Mode: read
CYPHER 25
MATCH (run:JobRun {job: $job, status: 'waiting'})
RETURN run.id AS runId, run.models AS models
ORDER BY run.createdAt, runId
LIMIT 1
