// Purpose: drop an index, so that it can be made anew; nothing where there is none of that name
// Parameters: name STRING
// Columns: none
// Mode: schema
CYPHER 25
DROP INDEX $name IF EXISTS
