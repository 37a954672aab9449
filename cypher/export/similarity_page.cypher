// Purpose: the next page of SIMILAR edges by their two items and what they are alike by; reads no further than the page.
//   Those of the learned item-item model are left out: like vectors they belong to a training
// Parameters: afterSource STRING, afterSecond STRING (both of the last row before, or empty), page INTEGER
// Columns: source, target, second, by, score
// Mode: read
CYPHER 25
MATCH (item:Item)-[similar:SIMILAR]->(other:Item)
USING INDEX item:Item(id)
WHERE item.id >= $afterSource AND (item.id > $afterSource OR other.id + ' ' + similar.by > $afterSecond)
  AND NOT similar.by STARTS WITH 'item-item_'
WITH item.id AS source, other.id + ' ' + similar.by AS second, other, similar
ORDER BY source, second LIMIT $page
RETURN source, other.id AS target, second, similar.by AS by, similar.score AS score
