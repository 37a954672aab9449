// Purpose: items of one kind are found and counted without reading the others
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE INDEX item_kind IF NOT EXISTS FOR (item:Item) ON (item.kind)
