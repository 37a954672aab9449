// Purpose: who was active on a day: users by the days since they were active before (null: never), by the week (counted
//   from the Monday before 1970) in which they came first, and whether it is their first day of this week; with the visits
//   of the day and their minutes, a pause of more than pauseMillis beginning another visit
// Parameters: fromMillis INTEGER, untilMillis INTEGER, pauseMillis INTEGER
// Columns: gap, firstWeek, newInWeek, users, sessions, minutes
// Mode: read
CYPHER 25
MATCH (user:User)-[event:INTERACTED]->(:Item)
WHERE event.at >= datetime({epochMillis: $fromMillis}) AND event.at < datetime({epochMillis: $untilMillis})
WITH user, event.at.epochMillis AS millis
ORDER BY millis
WITH user, collect(millis) AS times
CALL (user) {
  MATCH (user)-[before:INTERACTED]->(:Item)
  WHERE before.at < datetime({epochMillis: $fromMillis})
  RETURN max(before.at).epochMillis AS lastMillis, min(before.at).epochMillis AS firstMillis
}
WITH $fromMillis / 86400000 AS today, lastMillis / 86400000 AS lastDay,
  coalesce(firstMillis, $fromMillis) / 86400000 AS firstDay,
  [k IN range(1, size(times) - 1) | times[k] - times[k - 1]] AS pauses
WITH today - lastDay AS gap, (firstDay + 3) / 7 AS firstWeek,
  coalesce((lastDay + 3) / 7 < (today + 3) / 7, true) AS newInWeek,
  1 + size([pause IN pauses WHERE pause > $pauseMillis]) AS sessions,
  reduce(inside = 0, pause IN pauses | inside + CASE WHEN pause > $pauseMillis THEN 0 ELSE pause END) AS inside
RETURN gap, firstWeek, newInWeek, count(*) AS users, sum(sessions) AS sessions, sum(inside) / 60000.0 AS minutes
ORDER BY gap, firstWeek, newInWeek
