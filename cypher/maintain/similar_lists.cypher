// Purpose: the SIMILAR edges of one kind that items have, best first; an item without any has empty lists
// Parameters: itemIds LIST<STRING>, by STRING
// Columns: itemId, ids, scores
// Mode: read
CYPHER 25
UNWIND $itemIds AS wanted
MATCH (item:Item {id: wanted})
CALL (item) {
  MATCH (item)-[edge:SIMILAR]->(other)
  WHERE edge.by = $by
  WITH edge.score AS score, other.id AS id
  ORDER BY score DESC, id
  RETURN collect(id) AS ids, collect(score) AS scores
}
RETURN wanted AS itemId, ids, scores
