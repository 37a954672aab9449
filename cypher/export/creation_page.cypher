// Purpose: the next page of items with their creators; reads no further than the page
// Parameters: afterSource STRING, afterSecond STRING (both of the last row before, or empty), page INTEGER
// Columns: source, target, second
// Mode: read
CYPHER 25
MATCH (item:Item)-[:BY]->(creator:Creator)
USING INDEX item:Item(id)
WHERE item.id >= $afterSource AND (item.id > $afterSource OR creator.name > $afterSecond)
WITH item.id AS source, creator.name AS target
ORDER BY source, target LIMIT $page
RETURN source, target, target AS second
