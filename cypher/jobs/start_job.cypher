// Purpose: record that a job begins; whoever calls this has its lock, so a run that still seems to go on was killed
// Parameters: job STRING, runId STRING, nowMillis INTEGER
// Columns: killed
// Mode: write
CYPHER 25
OPTIONAL MATCH (dead:JobRun {job: $job, status: 'running'})
SET dead.status = 'killed', dead.finishedAt = datetime({epochMillis: $nowMillis})
WITH count(dead) AS killed
CREATE (:JobRun {id: $runId, job: $job, status: 'running', createdAt: datetime({epochMillis: $nowMillis})})
RETURN killed
