// Purpose: days with events or answers from before there were marks, or from a bulk import, are to be counted. What lies
//   ahead of the clock is marked when something comes on its day
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
CALL () {
  MATCH ()-[event:INTERACTED]->()
  RETURN 'events' AS about, min(event.at) AS oldest, max(event.at) AS newest
  UNION ALL
  MATCH (answer:Answer)
  RETURN 'answers' AS about, min(answer.at) AS oldest, max(answer.at) AS newest
}
WITH about, oldest.epochMillis / 86400000 AS first, newest.epochMillis / 86400000 AS last
WHERE first IS NOT NULL
WITH about, first, CASE WHEN last > timestamp() / 86400000 THEN timestamp() / 86400000 ELSE last END AS last
UNWIND range(first, last) AS day
MERGE (mark:DayMark {id: toString(day) + ' ' + about + ' 0'})
ON CREATE SET mark.day = date(datetime({epochMillis: day * 86400000})), mark.about = about
SET mark.changes = coalesce(mark.changes, 0) + 1
