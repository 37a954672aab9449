// Purpose: the events of items by type; of an item with more than `budget` events only so many are looked at, and `events`
//   says how many there are
// Parameters: itemIds LIST<STRING>, budget INTEGER
// Columns: itemId, events, types
// Mode: read
CYPHER 25
UNWIND $itemIds AS itemId
MATCH (item:Item {id: itemId})
CALL (item) {
  MATCH (item)<-[event:INTERACTED]-(:User)
  WITH event
  LIMIT $budget
  WITH event.type AS name, count(*) AS count
  ORDER BY count DESC, name
  RETURN collect([name, count]) AS types
}
RETURN itemId, COUNT { (item)<-[:INTERACTED]-() } AS events, types
