// Purpose: the most popular items are read in order from this index
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE INDEX item_popularity IF NOT EXISTS FOR (item:Item) ON (item.popularity)
