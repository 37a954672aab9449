// Purpose: what the content of items tells a model, one page of items in the order of their ids
// Parameters: after STRING, size INTEGER
// Columns: itemId, kind, tags, tagWeights
// Mode: read
CYPHER 25
MATCH (item:Item)
WHERE item.id > $after
WITH item
ORDER BY item.id
LIMIT $size
CALL (item) {
  OPTIONAL MATCH (item)-[has:HAS_TAG]->(tag:Tag)
  WITH has, tag
  ORDER BY tag.name
  RETURN collect(tag.name) AS tags, collect(CASE WHEN tag IS NOT NULL THEN coalesce(has.weight, 1.0) END) AS tagWeights
}
RETURN item.id AS itemId, item.kind AS kind, tags, tagWeights
ORDER BY itemId
