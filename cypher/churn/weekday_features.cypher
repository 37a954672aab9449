// Purpose: when in the week users come, in the window before the moment: the shares of their events at weekends, from
//   six in the evening to six in the morning, and on the day of the week that they come most (all in UTC)
// Parameters: userIds LIST<STRING>, cutMillis INTEGER, windowMillis INTEGER, passive LIST<STRING>
// Columns: userId, weekendShare, nightShare, mainDayShare
// Mode: read
CYPHER 25
UNWIND $userIds AS userId
CALL (userId) {
  MATCH (:User {id: userId})-[event:INTERACTED]->(:Item)
  WHERE event.at < datetime({epochMillis: $cutMillis})
    AND event.at >= datetime({epochMillis: $cutMillis - $windowMillis})
    AND NOT event.type IN $passive
  WITH event.at.dayOfWeek AS weekday, count(*) AS events,
    count(CASE WHEN event.at.hour < 6 OR event.at.hour >= 18 THEN 1 END) AS atNight
  WITH toFloat(sum(events)) AS events, sum(CASE WHEN weekday > 5 THEN events ELSE 0 END) AS weekend,
    sum(atNight) AS atNight, max(events) AS mainDay
  WHERE events > 0
  RETURN weekend / events AS weekendShare, atNight / events AS nightShare, mainDay / events AS mainDayShare
}
RETURN userId, weekendShare, nightShare, mainDayShare
