// Purpose: the items that have a vector, one page in the order of their ids
// Parameters: property STRING, after STRING, size INTEGER
// Columns: id, vector
// Mode: read
CYPHER 25
MATCH (item:Item)
WHERE item.id > $after AND item[$property] IS NOT NULL
WITH item
ORDER BY item.id
LIMIT $size
RETURN item.id AS id, item[$property] AS vector
ORDER BY id
