// Purpose: finds items by words of their title or description
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE FULLTEXT INDEX item_text IF NOT EXISTS FOR (item:Item) ON EACH [item.title, item.description]
