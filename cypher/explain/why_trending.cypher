// Purpose: how many different users that like a rising item touched it in the window that ends with the newest event,
//   and in the one before (as maintain/window_counts, from which its trend is), over the first walkCap of its events
// Parameters: itemIds LIST<STRING>, windowMillis INTEGER, walkCap INTEGER
// Columns: position, itemId, itemTitle, recent, previous, counted, all
// Mode: read
CYPHER 25
CALL () {
  MATCH ()-[event:INTERACTED]->()
  WHERE event.at IS NOT NULL
  RETURN event.at AS newest
  ORDER BY newest DESC
  LIMIT 1
}
WITH newest AS end, newest - duration({milliseconds: $windowMillis}) AS middle,
     newest - duration({milliseconds: 2 * $windowMillis}) AS start
UNWIND range(0, size($itemIds) - 1) AS position
MATCH (item:Item {id: $itemIds[position]})
WHERE item.trend > 0
CALL (item, start, end) {
  MATCH (item)<-[event:INTERACTED]-(user:User)
  WITH item, start, end, event, user LIMIT $walkCap
  WITH item, start, end, collect([user, event.at]) AS touches
  WITH item, size(touches) AS counted, [touch IN touches WHERE start < touch[1] <= end] AS touches
  RETURN touches, counted
}
CALL (item, touches, middle) {
  UNWIND touches AS touch
  WITH item, middle, touch[0] AS user, max(touch[1]) AS newest, min(touch[1]) AS oldest
  WHERE EXISTS { (user)-[liked:PREFERS]->(item) WHERE liked.weight > 0 }
  RETURN sum(CASE WHEN newest > middle THEN 1 ELSE 0 END) AS recent,
         sum(CASE WHEN oldest <= middle THEN 1 ELSE 0 END) AS previous
}
RETURN
  position,
  item.id AS itemId,
  item.title AS itemTitle,
  recent,
  previous,
  counted,
  COUNT { (item)<-[:INTERACTED]-() } AS all
