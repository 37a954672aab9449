// Purpose: empty a slot of SIMILAR edges before a run writes it, so that none of an older run is left
// Parameters: by STRING, batchSize INTEGER (items)
// Columns: none
// Mode: write
CYPHER 25
MATCH (item:Item)
CALL (item) {
  MATCH (item)-[edge:SIMILAR]->()
  WHERE edge.by = $by
  DELETE edge
} IN TRANSACTIONS OF $batchSize ROWS
