// Purpose: the most popular items of one kind are read in order, without walking past the other kinds
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE INDEX item_kind_popularity IF NOT EXISTS FOR (item:Item) ON (item.kind, item.popularity)
