// Purpose: the tags that the most active user likes and dislikes, summed over preferences
// Parameters: none
// Columns: user, tag, liking, items
// Mode: read
CYPHER 25
MATCH (user:User)
WITH user ORDER BY COUNT { (user)-[:PREFERS]->() } DESC, user.id LIMIT 1
MATCH (user)-[preference:PREFERS]->(item:Item)-[has:HAS_TAG]->(tag:Tag)
WITH user.id AS user, tag.name AS tag, sum(preference.weight * has.weight) AS liking, count(DISTINCT item) AS items
RETURN user, tag, round(liking, 2) AS liking, items
ORDER BY liking DESC, tag
LIMIT 100
