// Purpose: create events that the graph does not have, grouped by user; each item is looked up once and then
//   named by its place in itemIds. Creates nothing if an item is missing
// Parameters: itemIds LIST<STRING>, groups LIST<LIST<ANY>> (user id, list of events as lists of item's place, event id,
//   type, epoch milliseconds, value, platform, metadata)
// Columns: created
// Mode: write
CYPHER 25
UNWIND range(0, size($itemIds) - 1) AS place
MATCH (item:Item {id: $itemIds[place]})
WITH item ORDER BY place
WITH collect(item) AS items
WHERE size(items) = size($itemIds)
UNWIND $groups AS group
MATCH (user:User {id: group[0]})
UNWIND group[1] AS row
WITH user, items[row[0]] AS item, row
CREATE (user)-[:INTERACTED {
  eventId: row[1], type: row[2], at: datetime({epochMillis: row[3]}), value: row[4], platform: row[5], metadata: row[6]
}]->(item)
RETURN count(*) AS created
