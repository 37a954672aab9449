// Purpose: tags that the graph does not have yet come to be
// Parameters: names LIST<STRING>
// Columns: none
// Mode: write
CYPHER 25
UNWIND $names AS name
MERGE (:Tag {name: name})
