// Purpose: the visits of users in the window before the moment: a pause of more than pauseMillis begins another one.
//   How many there are, their mean length in minutes, and the mean of their events
// Parameters: userIds LIST<STRING>, cutMillis INTEGER, windowMillis INTEGER, passive LIST<STRING>, pauseMillis INTEGER
// Columns: userId, sessions, sessionMinutes, sessionEvents
// Mode: read
CYPHER 25
UNWIND $userIds AS userId
CALL (userId) {
  MATCH (:User {id: userId})-[event:INTERACTED]->(:Item)
  WHERE event.at < datetime({epochMillis: $cutMillis})
    AND event.at >= datetime({epochMillis: $cutMillis - $windowMillis})
    AND NOT event.type IN $passive
  WITH event.at.epochMillis AS millis
  ORDER BY millis
  WITH collect(millis) AS times
  WITH size(times) AS events, [k IN range(1, size(times) - 1) | times[k] - times[k - 1]] AS pauses
  WITH events, 1 + size([pause IN pauses WHERE pause > $pauseMillis]) AS sessions,
    reduce(inside = 0, pause IN pauses | inside + CASE WHEN pause > $pauseMillis THEN 0 ELSE pause END) AS inside
  WHERE events > 0
  RETURN sessions, inside / 60000.0 / sessions AS sessionMinutes, toFloat(events) / sessions AS sessionEvents
}
RETURN userId, sessions, sessionMinutes, sessionEvents
