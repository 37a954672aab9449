// Purpose: set the trend of items; null takes it away. A row is [itemId, trend]
// Parameters: rows LIST<LIST<ANY>>
// Columns: none
// Mode: write
CYPHER 25
UNWIND $rows AS row
MATCH (item:Item {id: row[0]})
SET item.trend = row[1]
