// Purpose: how much has changed of each day, and how much of it what is counted of the day knows (null: nothing counted)
// Parameters: none
// Columns: epochDay, about, changes, counted
// Mode: read
CYPHER 25
MATCH (mark:DayMark)
WITH mark.day AS date, mark.about AS about, sum(mark.changes) AS changes
OPTIONAL MATCH (day:Day {day: date})
RETURN duration.inDays(date('1970-01-01'), date).days AS epochDay, about, changes,
  CASE about WHEN 'events' THEN day.countedEvents ELSE day.countedAnswers END AS counted
ORDER BY epochDay, about
