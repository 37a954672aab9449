// Purpose: a visit without a user is one node, however many lists it was shown
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE CONSTRAINT session_id IF NOT EXISTS
FOR (session:Session) REQUIRE session.id IS UNIQUE
