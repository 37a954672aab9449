// Purpose: some of the ids that no item has
// Parameters: itemIds LIST<STRING>, first INTEGER
// Columns: itemId
// Mode: read
CYPHER 25
UNWIND $itemIds AS itemId
WITH itemId
WHERE NOT EXISTS { (:Item {id: itemId}) }
RETURN itemId
ORDER BY itemId
LIMIT $first
