// Purpose: where items stood in the newest answers, by which strategy, and how often they were taken there; as many answers
//   are looked through as `budget` says
// Parameters: itemIds LIST<STRING>, budget INTEGER
// Columns: itemId, strategy, position, shown, taken
// Mode: read
CYPHER 25
MATCH (answer:Answer)
WHERE answer.at IS NOT NULL
WITH answer
ORDER BY answer.at DESC
LIMIT $budget
UNWIND range(0, size(answer.items) - 1) AS place
WITH answer, place
WHERE answer.items[place] IN $itemIds
WITH answer.items[place] AS itemId, answer.strategies[place] AS strategy, place + 1 AS position,
  answer.items[place] IN coalesce(answer.taken, []) AS wasTaken
RETURN itemId, strategy, position, count(*) AS shown, count(CASE WHEN wasTaken THEN 1 END) AS taken
ORDER BY itemId, position, strategy
