// Purpose: the items of the answers that were given last, by position, with what became of them
// Parameters: none
// Columns: at, viewer, asked, variants, position, itemId, title, strategy, score, taken
// Mode: read
CYPHER 25
MATCH (viewer)-[:WAS_SHOWN]->(answer:Answer)
WITH viewer, answer
ORDER BY answer.at DESC
LIMIT 20
UNWIND range(0, size(answer.items) - 1) AS place
OPTIONAL MATCH (item:Item {id: answer.items[place]})
RETURN
  answer.at AS at, viewer.id AS viewer, answer.asked AS asked, answer.variants AS variants, place + 1 AS position,
  answer.items[place] AS itemId, item.title AS title, answer.strategies[place] AS strategy,
  answer.scores[place] AS score, answer.items[place] IN coalesce(answer.taken, []) AS taken
ORDER BY at DESC, position
