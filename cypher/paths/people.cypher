// Purpose: for people, in Neo4j Browser: why an item came, by people who like it and what the user likes; fifty of them
// Parameters: userId STRING, knownId STRING, itemId STRING
// Columns: mine, path
// Mode: read
CYPHER 25
MATCH path = (known:Item {id: $knownId})<-[one:PREFERS]-(other:User)-[also:PREFERS]->(item:Item {id: $itemId})
WHERE one.weight > 0 AND also.weight > 0 AND other.id <> $userId
WITH known, path, one.weight + also.weight AS strength
ORDER BY strength DESC
LIMIT 50
OPTIONAL MATCH mine = (user:User {id: $userId})-[:PREFERS]->(known)
RETURN mine, path
