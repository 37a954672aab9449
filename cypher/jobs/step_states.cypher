// Purpose: from which state of things each step of a job was last done with success
// Parameters: job STRING
// Columns: name, state
// Mode: read
CYPHER 25
MATCH (run:JobRun {job: $job})-[:HAS_STEP]->(step:StepRun {status: 'succeeded'})
WITH step.name AS name, step.state AS state, run.createdAt AS createdAt
ORDER BY createdAt DESC
RETURN name, head(collect(state)) AS state
ORDER BY name
