// Purpose: what was recorded as one WAS_SHOWN per item becomes one Answer per request, which takes a third of the work
// Parameters: none
// Columns: none
// Mode: schema
CYPHER 25
MATCH (viewer)-[shown:WAS_SHOWN]->(item:Item)
WITH viewer, shown, item
ORDER BY shown.position
WITH viewer, shown.requestId AS requestId, collect(shown) AS showings, collect(item.id) AS items
WITH *, showings[0] AS first
CALL (viewer, requestId, showings, items, first) {
  MERGE (answer:Answer {requestId: requestId})
  ON CREATE SET
    answer += first {.session, .at, .asked, .layer, .run, .propensity},
    answer.items = items, answer.strategies = [one IN showings | one.strategy],
    answer.scores = [one IN showings | one.score]
  MERGE (viewer)-[:WAS_SHOWN]->(answer)
  FOREACH (one IN showings | DELETE one)
} IN TRANSACTIONS OF 1000 ROWS
