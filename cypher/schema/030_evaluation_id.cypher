// Purpose: evaluations are found by id, and no two share one
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE CONSTRAINT evaluation_id IF NOT EXISTS FOR (evaluation:Evaluation) REQUIRE evaluation.id IS UNIQUE
