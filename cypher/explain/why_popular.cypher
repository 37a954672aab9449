// Purpose: how many people like each item, counted over the first walkCap preferences for it; all says how many it has
// Parameters: itemIds LIST<STRING>, walkCap INTEGER
// Columns: position, itemId, itemTitle, likes, counted, all
// Mode: read
CYPHER 25
UNWIND range(0, size($itemIds) - 1) AS position
MATCH (item:Item {id: $itemIds[position]})
CALL (item) {
  MATCH (item)<-[preference:PREFERS]-(:User)
  WITH preference LIMIT $walkCap
  RETURN sum(CASE WHEN preference.weight > 0 THEN 1 ELSE 0 END) AS likes, count(*) AS counted
}
RETURN
  position,
  item.id AS itemId,
  item.title AS itemTitle,
  likes,
  counted,
  COUNT { (item)<-[:PREFERS]-() } AS all
