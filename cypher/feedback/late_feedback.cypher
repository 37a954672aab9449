// Purpose: feedback of the last `hours` that came before its answer was recorded, as another process may still do
// Parameters: hours FLOAT, most INTEGER
// Columns: feedbackId
// Mode: read
CYPHER 25
MATCH (feedback:Feedback)
WHERE feedback.recordedAt >= datetime.realtime() - duration({seconds: toInteger($hours * 3600)})
  AND feedback.requestId IS NOT NULL AND NOT EXISTS { (:Answer)-[:LED_TO]->(feedback) }
MATCH (answer:Answer {requestId: feedback.requestId})
WHERE EXISTS { (feedback)-[:ABOUT]->(item:Item) WHERE item.id IN answer.items }
RETURN feedback.id AS feedbackId
LIMIT $most
