// Purpose: co-occurrence as textbooks have it: what users like who like what a user likes, counted over all of them
// Parameters: userId STRING, first INTEGER
// Columns: id, score
// Mode: read
CYPHER 25
MATCH (user:User {id: $userId})-[liked:PREFERS]->(:Item)<-[theirs:PREFERS]-(:User)-[also:PREFERS]->(item:Item)
WHERE liked.weight > 0 AND theirs.weight > 0 AND also.weight > 0 AND NOT EXISTS { (user)-[:PREFERS]->(item) }
RETURN item.id AS id, count(*) AS score
ORDER BY score DESC, id
LIMIT $first
