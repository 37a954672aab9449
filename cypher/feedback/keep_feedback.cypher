// Purpose: keep what people did with what they were shown, each once by its id; one that is known is counted as sent
//   again. A row is [id, item id, type, at in epoch milliseconds, request id or null, user id or null, reward or null].
//   `found` counts the rows whose item there is
// Parameters: rows LIST<LIST<ANY>>
// Columns: found, created
// Mode: write
CYPHER 25
UNWIND $rows AS row
MATCH (item:Item {id: row[1]})
MERGE (feedback:Feedback {id: row[0]})
ON CREATE SET
  feedback.type = row[2], feedback.at = datetime({epochMillis: row[3]}), feedback.requestId = row[4],
  feedback.userId = row[5], feedback.reward = row[6], feedback.recordedAt = datetime.realtime()
SET feedback.sent = coalesce(feedback.sent, 0) + 1
MERGE (feedback)-[:ABOUT]->(item)
RETURN count(*) AS found, count(CASE feedback.sent WHEN 1 THEN 1 END) AS created
