// Purpose: the next page of an item's tags by item and tag; reads no further than the page
// Parameters: afterSource STRING, afterSecond STRING (both of the last row before, or empty), page INTEGER
// Columns: source, target, second, weight
// Mode: read
CYPHER 25
MATCH (item:Item)-[has:HAS_TAG]->(tag:Tag)
USING INDEX item:Item(id)
WHERE item.id >= $afterSource AND (item.id > $afterSource OR tag.name > $afterSecond)
WITH item.id AS source, tag.name AS target, has
ORDER BY source, target LIMIT $page
RETURN source, target, target AS second, has.weight AS weight
