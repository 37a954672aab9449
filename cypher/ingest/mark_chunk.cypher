// Purpose: remember that every event of a chunk is in the graph, until the load is finished
// Parameters: source STRING, digest STRING
// Columns: none
// Mode: write
CYPHER 25
CREATE (:LoadedChunk {source: $source, digest: $digest})
