// Purpose: the next page of items by id; reads no further than the page
// Parameters: afterSource STRING (id of the last one before, or empty), page INTEGER
// Columns: source, kind, title, createdAt
// Mode: read
CYPHER 25
MATCH (item:Item)
USING INDEX item:Item(id)
WHERE item.id > $afterSource
WITH item, item.id AS source ORDER BY source LIMIT $page
RETURN source, item.kind AS kind, item.title AS title, item.createdAt.epochMillis AS createdAt
