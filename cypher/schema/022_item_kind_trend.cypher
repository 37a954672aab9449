// Purpose: the items of one kind that rise fastest are read in order, without walking past the other kinds
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE INDEX item_kind_trend IF NOT EXISTS FOR (item:Item) ON (item.kind, item.trend)
