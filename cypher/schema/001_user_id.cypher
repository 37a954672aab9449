// Purpose: users are found by id, and no two share one
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE CONSTRAINT user_id IF NOT EXISTS FOR (user:User) REQUIRE user.id IS UNIQUE
