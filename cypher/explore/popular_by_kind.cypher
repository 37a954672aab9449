// Purpose: the ten most popular items of each kind, with how many users have a preference for each
// Parameters: none
// Columns: kind, rank, item, users
// Mode: read
CYPHER 25
MATCH (any:Item)
WITH DISTINCT any.kind AS kind
CALL (kind) {
  MATCH (item:Item {kind: kind})
  WHERE item.popularity IS NOT NULL
  WITH item ORDER BY item.popularity DESC, item.id LIMIT 10
  RETURN collect(item) AS items
}
UNWIND range(1, size(items)) AS rank
WITH kind, rank, items[rank - 1] AS item
RETURN kind, rank, coalesce(item.title, item.id) AS item, COUNT { (item)<-[:PREFERS]-() } AS users
ORDER BY kind, rank
