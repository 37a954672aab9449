// Purpose: items are found by id, and no two share one
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CREATE CONSTRAINT item_id IF NOT EXISTS FOR (item:Item) REQUIRE item.id IS UNIQUE
