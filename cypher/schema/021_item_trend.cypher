// Purpose: the items that rise fastest are read in order from this index
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE INDEX item_trend IF NOT EXISTS FOR (item:Item) ON (item.trend)
