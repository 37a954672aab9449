// Purpose: how much has changed of each day, and how much of it what is counted of the day knows (null: nothing counted)
// Parameters: none
// Columns: epochDay, about, changes, counted, ageSeconds
// Mode: read
CYPHER 25
MATCH (mark:DayMark)
WITH mark.day AS date, mark.about AS about, sum(mark.changes) AS changes
OPTIONAL MATCH (day:Day {day: date})
WITH *, CASE about WHEN 'events' THEN day.countedEventsAt ELSE day.countedAnswersAt END AS countedAt
RETURN duration.inDays(date('1970-01-01'), date).days AS epochDay, about, changes,
  CASE about WHEN 'events' THEN day.countedEvents ELSE day.countedAnswers END AS counted,
  (datetime.realtime().epochMillis - countedAt.epochMillis) / 1000.0 AS ageSeconds
ORDER BY epochDay, about
