// Purpose: how many items there are of each kind; read from the index of kinds
// Parameters: none
// Columns: kind, items
// Mode: read
CYPHER 25
MATCH (item:Item)
WHERE item.kind IS NOT NULL
RETURN item.kind AS kind, count(*) AS items
ORDER BY items DESC, kind
