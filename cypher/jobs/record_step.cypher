// Purpose: record how a step of a job ended
// Parameters: runId STRING, name STRING, position INTEGER, status STRING, seconds FLOAT, attempts INTEGER,
//   metrics STRING (JSON), error STRING, state STRING
// Columns: name
// Mode: write
CYPHER 25
MATCH (run:JobRun {id: $runId})
CREATE (run)-[:HAS_STEP]->(step:StepRun {name: $name, position: $position, status: $status, seconds: $seconds,
  attempts: $attempts, metrics: $metrics, error: $error, state: $state})
RETURN step.name AS name
