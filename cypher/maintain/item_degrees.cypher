// Purpose: how many users have a preference of either sign for each item, one page of items in the order of their ids
// Parameters: after STRING, size INTEGER
// Columns: itemId, users
// Mode: read
CYPHER 25
MATCH (item:Item)
WHERE item.id > $after
WITH item
ORDER BY item.id
LIMIT $size
RETURN item.id AS itemId, COUNT { (item)<-[:PREFERS]-() } AS users
ORDER BY itemId
