// Purpose: find what was shown by an answer, so that it is recorded once and feedback finds it
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE INDEX shown_request IF NOT EXISTS
FOR ()-[shown:WAS_SHOWN]-() ON (shown.requestId)
