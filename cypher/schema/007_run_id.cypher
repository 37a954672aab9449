// Purpose: runs are found by id, and no two share one
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE CONSTRAINT run_id IF NOT EXISTS FOR (run:ModelRun) REQUIRE run.id IS UNIQUE
