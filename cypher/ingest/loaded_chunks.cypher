// Purpose: which chunks of a load that did not finish are in the graph already
// Parameters: source STRING
// Columns: digest
// Mode: read
CYPHER 25
MATCH (chunk:LoadedChunk {source: $source})
RETURN chunk.digest AS digest
