// Purpose: what each event counts, as the preferences that are derived from it count it, one page of users in the order
//   of their ids; a user without events has empty lists
// Parameters: after STRING, size INTEGER, weights MAP, defaultWeight FLOAT, ratingMidpoint FLOAT, ratingHalfrange FLOAT
// Columns: userId, createdMillis, itemIds, atMillis, eventWeights
// Mode: read
CYPHER 25
MATCH (user:User)
WHERE user.id > $after
WITH user
ORDER BY user.id
LIMIT $size
CALL (user) {
  MATCH (user)-[event:INTERACTED]->(item:Item)
  WITH event, item.id AS itemId, coalesce(event.at.epochMillis, 0) AS at
  ORDER BY at, itemId, event.eventId
  RETURN collect(itemId) AS itemIds, collect(at) AS atMillis,
    collect(CASE event.type
      WHEN 'rate'
        THEN $weights['rate'] * (coalesce(event.value, $ratingMidpoint) - $ratingMidpoint) / $ratingHalfrange
      ELSE coalesce($weights[event.type], $defaultWeight)
    END) AS eventWeights
}
RETURN user.id AS userId, user.createdAt.epochMillis AS createdMillis, itemIds, atMillis, eventWeights
ORDER BY userId
