// Purpose: who likes the most popular item and what else they like best: paths to draw
// Parameters: none
// Columns: audience, alsoLiked
// Mode: read
CYPHER 25
MATCH (item:Item)
WHERE item.popularity IS NOT NULL
WITH item ORDER BY item.popularity DESC, item.id LIMIT 1
MATCH audience = (item)<-[preference:PREFERS]-(user:User)
WHERE preference.weight > 0
WITH item, audience, user LIMIT 20
CALL (item, user) {
  MATCH path = (user)-[also:PREFERS]->(other:Item)
  WHERE other <> item AND also.weight > 0
  RETURN path ORDER BY also.weight DESC, other.id LIMIT 5
}
RETURN audience, path AS alsoLiked
