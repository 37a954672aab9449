// Purpose: items, one page in the order of their ids, with what filters ask for and their SIMILAR edges of one kind; an
//   item without any has empty lists
// Parameters: by STRING, after STRING, size INTEGER
// Columns: id, kind, tags, targets, scores
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
RETURN item.id AS id, item.kind AS kind, COLLECT { MATCH (item)-[:HAS_TAG]->(tag:Tag) RETURN tag.name } AS tags,
  targets, scores
ORDER BY id
