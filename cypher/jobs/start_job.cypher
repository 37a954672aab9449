// Purpose: record that a job begins, as a new run or as one that waited; whoever calls this has the job's lock, so a run
//   that still seems to go on was killed, and with it the trainings that were part of it, which frees their slots
// Parameters: job STRING, runId STRING, nowMillis INTEGER
// Columns: killed
// Mode: write
CYPHER 25
OPTIONAL MATCH (dead:JobRun {job: $job, status: 'running'})
SET dead.status = 'killed', dead.finishedAt = datetime({epochMillis: $nowMillis})
WITH collect(dead.id) AS dead
CALL (dead) {
  MATCH (orphan:ModelRun)
  WHERE orphan.job IN dead AND orphan.status IN ['training', 'writing']
  SET orphan.status = 'failed', orphan.error = 'killed with ' + orphan.job
}
WITH size(dead) AS killed
MERGE (run:JobRun {id: $runId})
ON CREATE SET run.job = $job
SET run.status = 'running', run.createdAt = datetime({epochMillis: $nowMillis})
RETURN killed
