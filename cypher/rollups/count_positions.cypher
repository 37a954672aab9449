// Purpose: how often something was shown on a day at each position of a list, and how often it was taken there
// Parameters: fromMillis INTEGER, untilMillis INTEGER
// Columns: position, shown, taken
// Mode: read
CYPHER 25
MATCH (answer:Answer)
WHERE answer.at >= datetime({epochMillis: $fromMillis}) AND answer.at < datetime({epochMillis: $untilMillis})
UNWIND range(0, size(answer.items) - 1) AS place
RETURN place + 1 AS position, count(*) AS shown,
  count(CASE WHEN answer.items[place] IN answer.taken THEN 1 END) AS taken
ORDER BY position
