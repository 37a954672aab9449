// Purpose: what users are worth: the sum of the values of their events, ever and within the window before the moment,
//   the mean of those in the window, and the mean of all ratings given (a rating is no worth). No mean of nothing: null
// Parameters: userIds LIST<STRING>, cutMillis INTEGER, windowMillis INTEGER
// Columns: userId, totalValue, windowValue, meanValue, meanRating
// Mode: read
CYPHER 25
UNWIND $userIds AS userId
CALL (userId) {
  MATCH (:User {id: userId})-[event:INTERACTED]->(:Item)
  WHERE event.at < datetime({epochMillis: $cutMillis}) AND event.value IS NOT NULL
  WITH event.value AS value, event.type = 'rate' AS rated,
    event.at >= datetime({epochMillis: $cutMillis - $windowMillis}) AS inWindow
  RETURN sum(CASE WHEN NOT rated THEN value END) AS totalValue,
    sum(CASE WHEN NOT rated AND inWindow THEN value END) AS windowValue,
    avg(CASE WHEN NOT rated AND inWindow THEN value END) AS meanValue,
    avg(CASE WHEN rated THEN value END) AS meanRating
}
RETURN userId, toFloat(totalValue) AS totalValue, toFloat(windowValue) AS windowValue, meanValue, meanRating
