// Purpose: no WAS_SHOWN has the id of a request any more
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
DROP INDEX shown_request IF EXISTS
