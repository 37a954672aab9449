// Purpose: items of which nothing is known any more have no share of those who stayed
// Parameters: version INTEGER (at which the others were set)
// Columns: items
// Mode: write
CYPHER 25
MATCH (item:Item)
WHERE item.retention IS NOT NULL AND item.changed <> $version
SET item.changed = $version
REMOVE item.retention
RETURN count(*) AS items
