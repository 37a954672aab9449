// Purpose: a load is finished and needs its marks no longer
// Parameters: source STRING
// Columns: none
// Mode: write
CYPHER 25
MATCH (chunk:LoadedChunk {source: $source})
DELETE chunk
