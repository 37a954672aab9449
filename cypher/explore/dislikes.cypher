// Purpose: the strongest dislikes, which are never recommended to those users again: paths to draw
// Parameters: none
// Columns: disliked, weight
// Mode: read
CYPHER 25
MATCH disliked = (user:User)-[preference:PREFERS]->(item:Item)
WHERE preference.weight < 0
RETURN disliked, preference.weight AS weight
ORDER BY weight, user.id, item.id
LIMIT 50
