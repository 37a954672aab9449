// Purpose: of two that ask for a lock at once, one gets it
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE CONSTRAINT lock_name IF NOT EXISTS FOR (lock:Lock) REQUIRE lock.name IS UNIQUE
