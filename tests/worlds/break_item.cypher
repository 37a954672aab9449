// Purpose: an item as no writer of ours leaves it: its time is a text
// Parameters: id STRING
// Columns: none
// Mode: write
CYPHER 25
MATCH (item:Item {id: $id})
SET item.createdAt = 'long ago'
