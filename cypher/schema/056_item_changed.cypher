// Purpose: finds the items that changed since a reader last looked
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE INDEX item_changed IF NOT EXISTS FOR (item:Item) ON (item.changed)
