// Purpose: the positive preferences that models learn from, one page of users in the order of their ids
// Parameters: after STRING, size INTEGER
// Columns: userId, itemIds, weights, lastAtMillis
// Mode: read
CYPHER 25
MATCH (user:User)
WHERE user.id > $after
WITH user
ORDER BY user.id
LIMIT $size
CALL (user) {
  MATCH (user)-[preference:PREFERS]->(item:Item)
  WHERE preference.weight > 0
  WITH item, preference
  ORDER BY item.id
  RETURN collect(item.id) AS itemIds, collect(preference.weight) AS weights,
    collect(coalesce(preference.lastAt.epochMillis, 0)) AS lastAtMillis
}
RETURN user.id AS userId, itemIds, weights, lastAtMillis
ORDER BY userId
