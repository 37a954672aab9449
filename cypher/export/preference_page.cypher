// Purpose: the next page of preferences by user and item; reads no further than the page, whatever the size of the graph
// Parameters: afterSource STRING, afterSecond STRING (both of the last row before, or empty), page INTEGER
// Columns: source, target, second, weight, events, lastAt
// Mode: read
CYPHER 25
MATCH (user:User)-[preference:PREFERS]->(item:Item)
USING INDEX user:User(id)
WHERE user.id >= $afterSource AND (user.id > $afterSource OR item.id > $afterSecond)
WITH user.id AS source, item.id AS target, preference
ORDER BY source, target LIMIT $page
RETURN
  source,
  target,
  target AS second,
  preference.weight AS weight,
  preference.events AS events,
  preference.lastAt.epochMillis AS lastAt
