// Purpose: for each item, how many different users that like it touched it in a window of time, and in the one before
// Parameters: start INTEGER, middle INTEGER, end INTEGER
// Columns: itemId, recent, previous
// Mode: read
CYPHER 25
MATCH (user:User)-[event:INTERACTED]->(item:Item)
WHERE datetime({epochMillis: $start}) < event.at <= datetime({epochMillis: $end})
WITH item, user, max(event.at) AS newest, min(event.at) AS oldest
WHERE EXISTS { (user)-[liked:PREFERS]->(item) WHERE liked.weight > 0 }
RETURN item.id AS itemId,
       sum(CASE WHEN newest > datetime({epochMillis: $middle}) THEN 1 ELSE 0 END) AS recent,
       sum(CASE WHEN oldest <= datetime({epochMillis: $middle}) THEN 1 ELSE 0 END) AS previous
ORDER BY itemId
