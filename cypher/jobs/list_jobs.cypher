// Purpose: the latest runs of a job with their steps in order, newest first
// Parameters: job STRING, first INTEGER
// Columns: runId, status, createdAt, finishedAt, steps (LIST<MAP> name, status, seconds, attempts, metrics, error,
//   state)
// Mode: read
CYPHER 25
MATCH (run:JobRun {job: $job})
WITH run
ORDER BY run.createdAt DESC, run.id
LIMIT $first
CALL (run) {
  OPTIONAL MATCH (run)-[:HAS_STEP]->(step)
  WITH step
  ORDER BY step.position
  RETURN collect(step {.name, .status, .seconds, .attempts, .metrics, .error, .state}) AS steps
}
RETURN run.id AS runId, run.status AS status, run.createdAt AS createdAt, run.finishedAt AS finishedAt, steps
ORDER BY createdAt DESC, runId
