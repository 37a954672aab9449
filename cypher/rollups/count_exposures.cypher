// Purpose: how often each item was shown on a day
// Parameters: fromMillis INTEGER, untilMillis INTEGER
// Columns: itemId, shown
// Mode: read
CYPHER 25
MATCH (answer:Answer)
WHERE answer.at >= datetime({epochMillis: $fromMillis}) AND answer.at < datetime({epochMillis: $untilMillis})
UNWIND answer.items AS itemId
RETURN itemId, count(*) AS shown
ORDER BY itemId
