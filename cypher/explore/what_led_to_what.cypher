// Purpose: the latest feedback, what it was about, and the answer that led to it, where one is known
// Parameters: none
// Columns: at, feedbackId, userId, type, itemId, title, requestId, asked, position
// Mode: read
CYPHER 25
MATCH (feedback:Feedback)-[:ABOUT]->(item:Item)
WITH feedback, item
ORDER BY feedback.at DESC
LIMIT 100
OPTIONAL MATCH (answer:Answer)-[:LED_TO]->(feedback)
RETURN
  feedback.at AS at, feedback.id AS feedbackId, feedback.userId AS userId, feedback.type AS type, item.id AS itemId,
  item.title AS title, answer.requestId AS requestId, answer.asked AS asked,
  head([place IN range(0, coalesce(size(answer.items), 0) - 1) WHERE answer.items[place] = item.id]) + 1 AS position
