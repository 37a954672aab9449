// Purpose: the items that have a trend, rising or falling
// Parameters: none
// Columns: itemId
// Mode: read
CYPHER 25
MATCH (item:Item)
WHERE item.trend IS NOT NULL
RETURN item.id AS itemId
