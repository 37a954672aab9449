// Purpose: who was active on every day, as count_activity tells it of one, of a page of users in the order of their ids: each
//   event is read once, where day by day the whole history of whoever was active is. A gap of more than longestGap days
//   counts as one day longer than that
// Parameters: after STRING, size INTEGER, pauseMillis INTEGER, longestGap INTEGER
// Columns: lastUser, days (lists of day; gap; firstWeek; newInWeek; users; sessions; minutes)
// Mode: read
CYPHER 25
MATCH (user:User)
WHERE user.id > $after
WITH user
ORDER BY user.id
LIMIT $size
WITH collect(user) AS page, max(user.id) AS lastUser
RETURN lastUser, COLLECT {
  UNWIND page AS user
  CALL (user) {
    MATCH (user)-[event:INTERACTED]->(:Item)
    WHERE event.at IS NOT NULL
    WITH event.at.epochMillis AS millis
    ORDER BY millis
    WITH collect(millis) AS times
    UNWIND range(0, size(times) - 1) AS k
    WITH times[0] / 86400000 AS firstDay, times[k] / 86400000 AS day, times[k] - times[k - 1] AS pause,
      CASE WHEN k > 0 THEN times[k - 1] / 86400000 END AS dayBefore
    WITH firstDay, day, max(CASE WHEN dayBefore < day THEN day - dayBefore END) AS gap,
      1 + count(CASE WHEN dayBefore = day AND pause > $pauseMillis THEN 1 END) AS sessions,
      sum(CASE WHEN dayBefore = day AND pause <= $pauseMillis THEN pause ELSE 0 END) AS inside
    RETURN day, gap, (firstDay + 3) / 7 AS firstWeek,
      coalesce((day - gap + 3) / 7 < (day + 3) / 7, true) AS newInWeek, sessions, inside
  }
  WITH day, CASE WHEN gap > $longestGap THEN $longestGap + 1 ELSE gap END AS gap,
    CASE WHEN newInWeek THEN firstWeek END AS firstWeek, newInWeek, sessions, inside
  WITH day, gap, firstWeek, newInWeek, count(*) AS users, sum(sessions) AS sessions, sum(inside) / 60000.0 AS minutes
  RETURN [day, gap, firstWeek, newInWeek, users, sessions, minutes]
} AS days
