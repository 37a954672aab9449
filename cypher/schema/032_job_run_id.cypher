// Purpose: runs of a job are found by id, and no two share one
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE CONSTRAINT job_run_id IF NOT EXISTS FOR (run:JobRun) REQUIRE run.id IS UNIQUE
