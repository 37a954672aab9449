// Purpose: how co-occurrence gets from what the most active user likes to items that the user does not know: paths to draw
// Parameters: none
// Columns: path, score
// Mode: read
CYPHER 25
MATCH (user:User)
WITH user ORDER BY COUNT { (user)-[:PREFERS]->() } DESC, user.id LIMIT 1
MATCH path = (user)-[liked:PREFERS]->(known:Item)-[edge:SIMILAR {by: 'co-occurrence'}]->(item:Item)
WHERE liked.weight > 0 AND NOT EXISTS { (user)-[:PREFERS]->(item) }
RETURN path, liked.weight * edge.score AS score
ORDER BY score DESC, known.id, item.id
LIMIT 40
