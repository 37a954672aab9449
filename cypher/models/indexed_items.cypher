// Purpose: how many items hold a vector under each of the given properties, which is how many its index covers
// Parameters: properties LIST<STRING>
// Columns: property, items
// Mode: read
CYPHER 25
UNWIND $properties AS property
RETURN property, COUNT { MATCH (item:Item) WHERE item[property] IS NOT NULL } AS items
