// Purpose: where users are going: days with activity, events and values in the newer and in the older half of the
//   window before the moment, and days with activity in the window before that
// Parameters: userIds LIST<STRING>, cutMillis INTEGER, windowMillis INTEGER, passive LIST<STRING>
// Columns: userId, newerDays, olderDays, newerEvents, olderEvents, newerValue, olderValue, beforeDays
// Mode: read
CYPHER 25
UNWIND $userIds AS userId
CALL (userId) {
  MATCH (:User {id: userId})-[event:INTERACTED]->(:Item)
  WHERE event.at < datetime({epochMillis: $cutMillis})
    AND event.at >= datetime({epochMillis: $cutMillis - 2 * $windowMillis})
    AND NOT event.type IN $passive
  WITH event.at.epochMillis / 86400000 AS day, ($cutMillis - event.at.epochMillis) * 2 / $windowMillis AS half,
    CASE event.type WHEN 'rate' THEN 0.0 ELSE coalesce(event.value, 0.0) END AS value
  RETURN count(DISTINCT CASE WHEN half = 0 THEN day END) AS newerDays,
    count(DISTINCT CASE WHEN half = 1 THEN day END) AS olderDays,
    count(CASE WHEN half = 0 THEN 1 END) AS newerEvents, count(CASE WHEN half = 1 THEN 1 END) AS olderEvents,
    sum(CASE WHEN half = 0 THEN value ELSE 0.0 END) AS newerValue,
    sum(CASE WHEN half = 1 THEN value ELSE 0.0 END) AS olderValue,
    count(DISTINCT CASE WHEN half > 1 THEN day END) AS beforeDays
}
RETURN userId, newerDays, olderDays, newerEvents, olderEvents, newerValue, olderValue, beforeDays
