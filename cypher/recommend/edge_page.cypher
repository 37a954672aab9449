// Purpose: items, one page in the order of their ids, with their SIMILAR edges of one kind; an item without any has
//   empty lists
// Parameters: by STRING, after STRING, size INTEGER
// Columns: id, targets, scores
// Mode: read
CYPHER 25
MATCH (item:Item)
WHERE item.id > $after
WITH item
ORDER BY item.id
LIMIT $size
CALL (item) {
  OPTIONAL MATCH (item)-[edge:SIMILAR]->(other)
  WHERE edge.by = $by
  RETURN collect(other.id) AS targets, collect(edge.score) AS scores
}
RETURN item.id AS id, targets, scores
ORDER BY id
