// Purpose: creators are found by name, and no two share one
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE CONSTRAINT creator_name IF NOT EXISTS FOR (creator:Creator) REQUIRE creator.name IS UNIQUE
