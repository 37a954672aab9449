// Purpose: what the most active user prefers most, and the tags of it: paths to draw
// Parameters: none
// Columns: liked, tagged
// Mode: read
CYPHER 25
MATCH (user:User)
WITH user ORDER BY COUNT { (user)-[:PREFERS]->() } DESC, user.id LIMIT 1
MATCH liked = (user)-[preference:PREFERS]->(item:Item)
WHERE preference.weight > 0
WITH liked, item ORDER BY preference.weight DESC, item.id LIMIT 25
OPTIONAL MATCH tagged = (item)-[:HAS_TAG]->(:Tag)
RETURN liked, tagged
LIMIT 200
