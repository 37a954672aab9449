// Purpose: what users disliked or gave back before the moment: the share of events that count below zero by the weights
//   of preferences, of all and of those in the window before it. Null where there are no events
// Parameters: userIds LIST<STRING>, cutMillis INTEGER, windowMillis INTEGER, weights MAP, defaultWeight FLOAT,
//   ratingMidpoint FLOAT, ratingHalfrange FLOAT
// Columns: userId, negativeShare, newNegativeShare
// Mode: read
CYPHER 25
UNWIND $userIds AS userId
CALL (userId) {
  MATCH (:User {id: userId})-[event:INTERACTED]->(:Item)
  WHERE event.at < datetime({epochMillis: $cutMillis})
  WITH event.at >= datetime({epochMillis: $cutMillis - $windowMillis}) AS inWindow, CASE event.type
    WHEN 'rate' THEN $weights['rate'] * (coalesce(event.value, $ratingMidpoint) - $ratingMidpoint) / $ratingHalfrange
    ELSE coalesce($weights[event.type], $defaultWeight)
  END AS weight
  RETURN avg(CASE WHEN weight < 0 THEN 1.0 ELSE 0.0 END) AS negativeShare,
    avg(CASE WHEN NOT inWindow THEN null WHEN weight < 0 THEN 1.0 ELSE 0.0 END) AS newNegativeShare
}
RETURN userId, negativeShare, newNegativeShare
