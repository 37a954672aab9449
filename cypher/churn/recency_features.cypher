// Purpose: how long ago, how long and how often: days since the last activity and since the first, days with activity,
//   events, the mean and the longest pause between days with activity, and the present pause by the mean one.
//   Without two days there is no pause: null
// Parameters: userIds LIST<STRING>, cutMillis INTEGER, passive LIST<STRING>
// Columns: userId, recencyDays, tenureDays, activeDays, events, meanPauseDays, longestPauseDays, overdue
// Mode: read
CYPHER 25
UNWIND $userIds AS userId
CALL (userId) {
  MATCH (:User {id: userId})-[event:INTERACTED]->(:Item)
  WHERE event.at < datetime({epochMillis: $cutMillis}) AND NOT event.type IN $passive
  WITH event.at.epochMillis AS millis
  WITH millis / 86400000 AS day, count(*) AS events, min(millis) AS firstMillis, max(millis) AS lastMillis
  ORDER BY day
  WITH collect(day) AS days, sum(events) AS events, min(firstMillis) AS firstMillis, max(lastMillis) AS lastMillis
  WITH days, events, ($cutMillis - firstMillis) / 86400000.0 AS tenureDays,
    ($cutMillis - lastMillis) / 86400000.0 AS recencyDays,
    [k IN range(1, size(days) - 1) | days[k] - days[k - 1]] AS pauses
  RETURN recencyDays, tenureDays, size(days) AS activeDays, events,
    CASE WHEN size(pauses) > 0 THEN toFloat(days[-1] - days[0]) / size(pauses) END AS meanPauseDays,
    CASE WHEN size(pauses) > 0 THEN reduce(longest = 0, pause IN pauses |
      CASE WHEN pause > longest THEN pause ELSE longest END) END AS longestPauseDays
}
RETURN userId, recencyDays, tenureDays, activeDays, events, meanPauseDays, longestPauseDays,
  recencyDays / meanPauseDays AS overdue
