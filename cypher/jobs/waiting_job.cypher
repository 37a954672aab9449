// Purpose: the run of a job that has been waiting longest, with the task that it is to do and for what
// Parameters: job STRING
// Columns: runId, task, names
// Mode: read
CYPHER 25
MATCH (run:JobRun {job: $job, status: 'waiting'})
RETURN run.id AS runId, run.task AS task, run.names AS names
ORDER BY run.createdAt, runId
LIMIT 1
